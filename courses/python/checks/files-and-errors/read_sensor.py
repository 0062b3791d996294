def read_sensor(path):
    good = []
    problems = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file):
            if number == 0:
                continue
            value = line.strip().split(",")[1]
            try:
                good.append(float(value))
            except ValueError:
                problems.append(f"line {number}: {value!r}")
    return sum(good) / len(good), problems
