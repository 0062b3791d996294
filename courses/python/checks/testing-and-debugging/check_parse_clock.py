def check_parse_clock(parse_clock):
    assert parse_clock("09:45") == 585
    for bad in ["25:00", "12:60", "noon", ""]:
        try:
            parse_clock(bad)
        except ValueError:
            pass
