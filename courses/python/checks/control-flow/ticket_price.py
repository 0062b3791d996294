def ticket_price(age, islander):
    if islander or age < 7:
        return 0
    if age < 16:
        return 625
    if age <= 65:
        return 1250
    return 900
