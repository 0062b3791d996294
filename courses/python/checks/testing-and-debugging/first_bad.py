def first_bad(last, is_good):
    for version in range(1, last + 1):
        if not is_good(version):
            return version
