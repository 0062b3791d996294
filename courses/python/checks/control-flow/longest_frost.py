def longest_frost(temperatures):
    now = 0
    longest = 0
    for degrees in temperatures:
        if degrees < 0:
            now += 1
        else:
            if now > longest:
                longest = now
            now = 0
    return longest
