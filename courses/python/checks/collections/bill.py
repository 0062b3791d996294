def bill(counts, prices):
    total = 0
    unknown = []
    for item in counts:
        if prices.get(item):
            total += counts[item] * prices[item]
        else:
            unknown.append(item)
    return total, unknown
