def check_shorten(shorten):
    assert shorten("saw", 5) == "saw"
    assert shorten("plane", 5) == "plane"


def shorten(text, limit):
    if len(text) <= limit:
        return text
    return text[:limit] + "…"
