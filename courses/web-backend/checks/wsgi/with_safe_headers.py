def with_safe_headers(app):
    def wrapped(environ, start_response):
        def start(status, headers, exc_info=None):
            headers = headers + [("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY")]
            return start_response(status, headers, exc_info)

        return app(environ, start)

    return wrapped
