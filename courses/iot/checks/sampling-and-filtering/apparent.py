def apparent(frequency, rate):
    if frequency < rate / 2:
        return frequency
    return rate - frequency
