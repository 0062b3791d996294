class Guard:
    def __init__(self, limit):
        self.limit = limit
        self.believed = None
        self.refused = 0

    def update(self, value):
        if self.believed is None or abs(value - self.believed) <= self.limit:
            self.believed = value
        else:
            self.refused += 1
        return self.believed
