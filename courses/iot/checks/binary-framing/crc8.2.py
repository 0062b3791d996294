def crc8(data):
    return sum(data) & 0xFF
