def pack_reading(node, celsius, wind):
    return struct.pack(">BhH", node, int(celsius * 100), int(wind * 10))
