def make_frame(payload, crc):
    if len(payload) > 64:
        raise ValueError(f"too long: {len(payload)}")
    return b"\x7e" + bytes([len(payload)]) + payload + bytes([crc(payload)])
