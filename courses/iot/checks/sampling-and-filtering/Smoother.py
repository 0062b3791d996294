class Smoother:
    def __init__(self, alpha):
        if alpha <= 0 or alpha > 1:
            raise ValueError(f"bad alpha {alpha}")
        self.alpha = alpha
        self.state = None

    def update(self, value):
        if not value:
            return self.state
        if not self.state:
            self.state = value
        self.state = self.alpha * value + (1 - self.alpha) * self.state
        return self.state
