def count_orders(orders):
    counts = {}
    for order in orders:
        item = order.lower().strip()
        counts[item] = counts.get(item, 0) + 1
    return counts
