def serve_workshop(listener, visits):
    pages = {"/": "Welcome to Corner Workshop!", "/hours": "Tuesday to Saturday, 10 to 18"}
    for _ in range(visits):
        connection, _address = listener.accept()
        with connection:
            method, target, version = connection.recv(4096).decode("utf-8").split("\r\n")[0].split(" ")
            status, text = ("200 OK", pages[target]) if target in pages else ("404 Not Found", "no page")
            body = text.encode("utf-8")
            head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
            connection.sendall(head.encode("ascii") + body)
