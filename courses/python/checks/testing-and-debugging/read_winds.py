def read_winds(texts):
    good = []
    for text in texts:
        try:
            good.append(float(text))
        except ValueError:
            print("WARNING:", text, "is not a number")
    return good
