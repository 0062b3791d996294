def timetable_json(text):
    trips = []
    for trip in ET.fromstring(text).findall("trip"):
        stops = [dict(stop.attrib) for stop in trip]
        trips.append({"number": trip.get("number"), "ship": trip.get("ship"), "stops": stops, "note": ""})
    return json.dumps(trips)
