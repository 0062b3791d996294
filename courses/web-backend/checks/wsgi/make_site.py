def make_site(pages):
    def app(environ, start_response):
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] != "GET":
            status, text = "405 Method Not Allowed", "no"
        elif path in pages:
            status, text = "200 OK", pages[path]
        else:
            status, text = "404 Not Found", "no page"
        body = text.encode("utf-8")
        start_response(status, [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body))), ("Allow", "GET, HEAD")])
        return [body]

    return app
