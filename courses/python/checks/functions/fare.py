def fare(adults, children=0, bikes=0, return_trip=False):
    total = adults * 1250 + children * 625
    if return_trip:
        total = total * 2
    return total + bikes * 300
