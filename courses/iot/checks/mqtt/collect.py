def collect(port, pattern, count, seconds):
    messages = []
    enough = threading.Event()

    def note(client, userdata, message):
        messages.append((message.topic, message.payload))
        if len(messages) == count:
            enough.set()

    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.on_message = note
    client.connect("127.0.0.1", port)
    client.loop_start()
    client.subscribe(pattern, qos=1)
    enough.wait(seconds)
    client.disconnect()
    client.loop_stop()
    return messages
