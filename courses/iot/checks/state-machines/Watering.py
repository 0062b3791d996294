class Watering:
    def __init__(self, pump, longest_ms, rest_ms):
        self.pump = pump
        self.longest_ms, self.rest_ms = longest_ms, rest_ms
        self.state = "idle"
        self.since = ticks_ms()

    def update(self, dry):
        waited = ticks_ms() - self.since
        if self.state == "idle" and dry:
            self.state = "watering"
            self.pump.on()
        elif self.state == "watering" and not dry:
            self.state = "resting"
            self.pump.off()
            self.since = ticks_ms()
        elif self.state == "watering" and waited >= self.longest_ms:
            self.state = "fault"
            self.pump.off()
        elif self.state == "resting" and waited >= self.rest_ms:
            self.state = "idle"

    def reset(self):
        if self.state == "fault":
            self.state = "idle"
