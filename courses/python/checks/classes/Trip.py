class Trip:
    def __init__(self, seats):
        self.seats = seats
        self._passengers = []
        self._waiting = []

    @property
    def passengers(self):
        return self._passengers

    @property
    def waiting(self):
        return self._waiting

    def book(self, name):
        if len(self._passengers) < self.seats:
            self._passengers.append(name)
            return "seat"
        self._waiting.append(name)
        return "waiting"

    def cancel(self, name):
        if name in self._passengers:
            self._passengers.remove(name)
            if self._waiting:
                self._passengers.append(self._waiting.pop())

    def __len__(self):
        return len(self._passengers)

    def __contains__(self, name):
        return name in self._passengers
