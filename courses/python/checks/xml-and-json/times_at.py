def times_at(text, place):
    root = ET.fromstring(text)
    times = []
    for trip in root.findall("trip"):
        stop = trip.find("stop")
        if stop.get("name") == place:
            times.append((stop.get("time"), trip.get("ship")))
    return sorted(times)
