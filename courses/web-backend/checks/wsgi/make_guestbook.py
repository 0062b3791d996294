import html
from urllib.parse import parse_qs


def make_guestbook():
    messages = []

    def app(environ, start_response):
        if environ["REQUEST_METHOD"] == "POST":
            length = int(environ.get("CONTENT_LENGTH") or 0)
            form = parse_qs(environ["wsgi.input"].read(length).decode("utf-8"))
            if "name" not in form or "text" not in form:
                start_response("400 Bad Request", [("Content-Type", "text/plain"), ("Content-Length", "0")])
                return [b""]
            messages.insert(0, (form["name"][0], form["text"][0]))
            start_response("303 See Other", [("Location", "/"), ("Content-Length", "0")])
            return [b""]
        items = "".join(f"<li>{name}: {text}</li>" for name, text in messages)
        body = f"<ul>{items}</ul>".encode("utf-8")
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
        return [body]

    return app
