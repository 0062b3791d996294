def family_total(ages, paid_cents):
    total = 0
    for age in list(ages):
        if age < 7:
            ages.remove(age)
        elif age <= 16:
            total += 625
        else:
            total += 1250
    return total - paid_cents
