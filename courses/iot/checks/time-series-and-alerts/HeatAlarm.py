class HeatAlarm:
    def __init__(self, limit, back, minutes):
        self.limit, self.back = limit, back
        self.lasting = timedelta(minutes=minutes)
        self.active = False
        self._since = None

    def update(self, time, celsius):
        if celsius is None:
            return None
        if celsius > self.limit:
            if self._since is None:
                self._since = time
            if not self.active and time - self._since >= self.lasting:
                self.active = True
                return "begin"
        if self.active and celsius < self.back:
            self.active = False
            return "end"
        return None
