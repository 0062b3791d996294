def read_environ(environ):
    query = {}
    for pair in environ.get("QUERY_STRING", "").split("&"):
        name, _, value = pair.partition("=")
        query[name] = [value]
    return {
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"],
        "query": query,
        "language": environ.get("HTTP_ACCEPT_LANGUAGE"),
    }
