def topic_for(house, sensor):
    for name in (house, sensor):
        if "+" in name or "#" in name:
            raise ValueError(f"{name} cannot be part of a topic")
    return f"saarela/greenhouse/{house}/{sensor}".lower()
