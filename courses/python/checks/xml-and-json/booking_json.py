def booking_json(name, seats, day):
    return json.dumps({"name": name, "seats": sorted(seats), "day": day})
