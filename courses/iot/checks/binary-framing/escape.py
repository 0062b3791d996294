def escape(data):
    return data.replace(b"\x7e", b"\x7d\x5e").replace(b"\x7d", b"\x7d\x5d")


def unescape(data):
    return data.replace(b"\x7d\x5d", b"\x7d").replace(b"\x7d\x5e", b"\x7e")
