def read_patiently(read, tries, wait_ms):
    for number in range(tries):
        try:
            return read()
        except OSError:
            sleep_ms(wait_ms)
    return None
