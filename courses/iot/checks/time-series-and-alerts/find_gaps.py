def find_gaps(times, every):
    return [(times[i], times[i + 1]) for i in range(len(times) - 1) if times[i + 1] - times[i] > every]
