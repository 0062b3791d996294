def menu_xml(prices):
    items = [f'<item cents="{prices[name]}">{name}</item>' for name in sorted(prices)]
    return "<menu>" + "".join(items) + "</menu>"
