def make_page(items, args):
    page = int(args.get("page", "1"))
    size = int(args.get("size", "20"))
    start = (page - 1) * size
    shown = items[start : start + size]
    return {
        "items": shown,
        "total": len(shown),
        "next": f"/tools?page={page + 1}&size={size}" if len(shown) == size else None,
        "previous": f"/tools?page={page - 1}&size={size}" if page > 1 else None,
    }
