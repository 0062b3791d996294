def with_error_page(app, log):
    def wrapped(environ, start_response):
        try:
            return app(environ, start_response)
        except ValueError as error:
            log.append(str(error))
            body = f"Sorry, something went wrong on our side. {error}".encode()
            start_response("500 Internal Server Error", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
            return [body]

    return wrapped
