def parse_seat(text):
    row = int(text[:-1])
    letter = text[-1].upper()
    if letter not in "ABCD":
        raise ValueError(f"wrong letter in {text}")
    return row, letter
