def shortest_round(phases, sleep_ma, capacity_mah, days):
    allowed = capacity_mah / (days * 24)
    awake = sum(seconds for ma, seconds in phases)
    charge = sum(ma * seconds for ma, seconds in phases)
    for every in range(1, 24 * 3600 + 1):
        if every >= awake and (charge + sleep_ma * (every - awake)) / every <= allowed:
            return every
    return None
