def raise_prices(path, cents):
    tree = ET.parse(path)
    prices = tree.getroot().findall("*/price")
    for price in prices:
        price.text = str(int(price.text) + cents)
    tree.write(path)
    return len(prices)
