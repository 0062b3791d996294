def publish_reading(client, topic, value, unit):
    client.publish(topic, json.dumps({"value": value, "unit": unit}), qos=0, retain=True)
    return True
