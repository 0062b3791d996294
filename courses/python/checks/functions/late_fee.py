def late_fee(days, per_day=20, at_most=600):
    if days <= 0:
        return 0
    fee = days * 20
    if fee > 600:
        return 600
    return fee
