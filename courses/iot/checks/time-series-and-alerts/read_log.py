def read_log(lines):
    readings = {}
    problems = []
    for number, line in enumerate(lines):
        time, value = line.split(",")
        try:
            celsius = float(value)
        except ValueError:
            problems.append(number)
            continue
        if celsius < -40 or celsius > 60:
            problems.append(number)
            continue
        readings[datetime.fromisoformat(time)] = celsius
    return list(readings.items()), problems
