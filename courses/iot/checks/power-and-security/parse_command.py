def parse_command(payload):
    words = payload.decode().split()
    if words == ["report"]:
        return "report", None
    name, value = words
    number = int(value)
    if name == "vent" and 0 <= number <= 100:
        return name, number
    if name == "light" and number in (0, 1):
        return name, number
    raise ValueError("not allowed")
