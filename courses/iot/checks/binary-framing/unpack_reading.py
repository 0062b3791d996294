def unpack_reading(data):
    if len(data) < 5:
        raise ValueError(f"too short: {len(data)}")
    node, celsius, wind = struct.unpack(">BHH", data[:5])
    return {"node": node, "celsius": celsius / 100, "wind": wind / 10}
