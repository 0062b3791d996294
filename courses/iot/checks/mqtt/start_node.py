def start_node(port, name):
    topic = f"saarela/status/{name}"
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.will_set(topic, "offline", qos=1, retain=True)
    client.loop_start()
    client.publish(topic, "online", qos=1, retain=True)
    return client
