class Vent:
    def __init__(self, low, high):
        self.low, self.high = low, high
        self.state = "closed"

    def update(self, celsius):
        if celsius is None:
            return self.state
        if celsius >= self.high:
            self.state = "open"
        if celsius <= self.low:
            self.state = "closed"
        return self.state
