def sign(key, counter, payload):
    return struct.pack(">I", counter) + payload + hmac.new(key, payload, hashlib.sha256).digest()[:8]
