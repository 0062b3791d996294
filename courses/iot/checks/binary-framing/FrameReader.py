class FrameReader:
    def __init__(self, crc):
        self.crc = crc
        self.damaged = 0
        self._buffer = b""

    def feed(self, data):
        self._buffer += data
        payloads = []
        while b"\x7e" in self._buffer:
            self._buffer = self._buffer[self._buffer.index(b"\x7e"):]
            if len(self._buffer) < 2 or len(self._buffer) < self._buffer[1] + 3:
                break
            end = self._buffer[1] + 2
            if self.crc(self._buffer[1:end]) == self._buffer[end]:
                payloads.append(self._buffer[2:end])
            else:
                self.damaged += 1
            self._buffer = self._buffer[end + 1:]
        return payloads
