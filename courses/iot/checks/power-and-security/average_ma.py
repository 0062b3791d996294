def average_ma(phases, sleep_ma, every):
    awake = sum(seconds for ma, seconds in phases)
    if awake > every:
        raise ValueError(f"too long: {awake}")
    return sum(ma * seconds for ma, seconds in phases) / every + sleep_ma
