class Brake:
    def __init__(self, limit, seconds, clock):
        self.limit, self.seconds, self.clock = limit, seconds, clock
        self.count, self.last = {}, {}

    def failed(self, name):
        self.count[name] = self.count.get(name, 0) + 1
        self.last[name] = self.clock()

    def succeeded(self, name):
        self.count.pop(name, None)

    def is_blocked(self, name):
        if self.clock() - self.last.get(name, 0) > self.seconds:
            return False
        return self.count.get(name, 0) > self.limit
