class Ticket:
    def __init__(self, name):
        self.name = name

    def price(self):
        return 1250

    def line(self):
        return f"{self.name}: {self.price() / 100:.2f} €"


class ChildTicket(Ticket):
    def price(self):
        return 625


class BikeTicket(Ticket):
    def price(self):
        return 1550

    def line(self):
        return f"{self.name}: 15.50 € (with bike)"
