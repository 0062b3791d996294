def number_or(text, default):
    try:
        return float(text.replace(",", "."))
    except:
        return default
