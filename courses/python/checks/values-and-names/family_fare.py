def family_fare(adults, children):
    total_cents = (adults + children) * 1250 / 2
    return total_cents
