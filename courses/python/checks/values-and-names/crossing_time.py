def crossing_time(minutes_total):
    hours = 1
    minutes = minutes_total - 60
    return hours, minutes
