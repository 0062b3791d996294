class Button:
    def __init__(self, hold_ms):
        self.hold_ms = hold_ms
        self.presses = 0
        self._believed = 1
        self._since = None

    def update(self, level, now):
        if level == self._believed:
            return False
        if self._since is None:
            self._since = now
        if now - self._since < self.hold_ms:
            return False
        self._since = None
        self._believed = level
        if level == 0:
            self.presses += 1
            return True
        return False
