def hours_app(environ, start_response):
    text = "Open Tuesday to Saturday, 10–18"
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))])
    return [text.encode("utf-8")]
