class Gate:
    def __init__(self, key):
        self._key = key
        self._last = -1
        self.refused = 0

    def receive(self, message):
        if len(message) < 12:
            self.refused += 1
            return None
        counter = int.from_bytes(message[:4], "big")
        if counter <= self._last:
            self.refused += 1
            return None
        self._last = counter
        expected = hmac.new(self._key, message[:-8], hashlib.sha256).digest()[:8]
        if not hmac.compare_digest(expected, message[-8:]):
            self.refused += 1
            return None
        return message[4:-8]
