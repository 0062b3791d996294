class SensorLog:
    def __init__(self, place):
        self.place = place
        self.readings = []
        self.highest = None

    def add(self, degrees):
        self.readings.append(degrees)
        if not self.highest or degrees > self.highest:
            self.highest = degrees
