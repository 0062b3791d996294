def price_to_cents(written):
    number = written.replace("€", "").replace(",", ".").strip()
    cents = int(float(number) * 100)
    return cents
