def receipt_line(item, amount, price_cents):
    total = amount * price_cents / 100
    line = f"{amount} x {item} = {total} €"
    return line
