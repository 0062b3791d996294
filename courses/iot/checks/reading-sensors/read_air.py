def read_air(i2c, address):
    identity = i2c.readfrom_mem(address, 0x00, 1)[0]
    if identity != 0x5A:
        raise ValueError(f"wrong chip at {hex(address)}")
    status = i2c.readfrom_mem(address, 0x05, 1)[0]
    if not status & 1:
        return None
    return {
        "celsius": int.from_bytes(i2c.readfrom_mem(address, 0x01, 2), "big") / 100,
        "humidity": int.from_bytes(i2c.readfrom_mem(address, 0x03, 2), "big") / 100,
        "low": bool(status & 0b1000_0000),
    }
