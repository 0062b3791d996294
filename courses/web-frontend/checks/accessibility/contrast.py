def contrast(first, second):
    def brightness(colour):
        return sum(int(colour[start : start + 2], 16) for start in (1, 3, 5)) / 765

    light, dark = sorted([brightness(first), brightness(second)], reverse=True)
    return (light + 0.05) / (dark + 0.05)
