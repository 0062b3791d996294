def make_response(status, reason, text):
    head = (
        f"HTTP/1.1 {status} {reason}\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(text)}\r\n"
        "\r\n"
    )
    return (head + text).encode("utf-8")
