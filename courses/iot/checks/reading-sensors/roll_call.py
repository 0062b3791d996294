def roll_call(i2c, expected):
    found = i2c.scan()
    return {
        "missing": [name for address, name in expected.items() if address not in found],
        "unknown": [str(address) for address in found if address not in expected],
    }
