def clock_text(minutes):
    if minutes == 1440:
        minutes = 0
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
