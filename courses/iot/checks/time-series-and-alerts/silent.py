def silent(last_seen, now, minutes):
    return sorted(name for name, seen in last_seen.items() if seen is None or (now - seen).seconds > minutes * 60)
