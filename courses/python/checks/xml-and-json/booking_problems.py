def booking_problems(booking):
    problems = []
    if not booking.get("name", "").strip():
        problems.append("name: missing")
    if not 1 <= booking.get("adults", 0) <= 120:
        problems.append("adults: wrong number")
    if not 0 <= booking.get("children", 0) <= 120:
        problems.append("children: wrong number")
    if booking.get("time") not in ("07:15", "09:45", "12:00"):
        problems.append("time: unknown")
    return problems
