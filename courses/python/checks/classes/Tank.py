class Tank:
    def __init__(self, size):
        self.size = size
        self.litres = 0

    def fill(self, amount):
        self.litres += amount
        if self.litres > self.size:
            self.litres = self.size
        return amount
