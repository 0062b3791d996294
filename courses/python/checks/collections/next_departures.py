def next_departures(times, now, how_many=3):
    times.sort()
    later = [time for time in times if time > now]
    return later[:how_many]
