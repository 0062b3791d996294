def safe_next(target):
    if not target or target.startswith("http") or "//" in target:
        return "/"
    return target
