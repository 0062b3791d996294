def arrival(departure, duration):
    hours = int(departure[0:2])
    minutes = int(departure[3:5]) + duration
    return f"{hours:02d}:{minutes:02d}"
