def sample(read, every_ms, count):
    samples = []
    for _ in range(count):
        samples.append((ticks_ms(), read()))
        sleep_ms(every_ms)
    return samples
