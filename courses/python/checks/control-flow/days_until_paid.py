def days_until_paid(price, first_day, growth):
    earned = 0
    days = 0
    while earned < price:
        earned += first_day + growth
        days += 1
    return days
