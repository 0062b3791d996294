def fuel(a: float, b: float, c: int = 5):
    """Fuel."""
    if b == 0:
        return None
    return round(a / b, c)
