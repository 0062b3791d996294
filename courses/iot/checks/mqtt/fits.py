def fits(pattern, topic):
    if pattern.endswith("#"):
        return topic.startswith(pattern[:-1])
    wanted, given = pattern.split("/"), topic.split("/")
    return len(wanted) == len(given) and all(w in ("+", g) for w, g in zip(wanted, given))
