def read_request(connection):
    data = connection.recv(4096)
    head, _, body = data.partition(b"\r\n\r\n")
    return head.decode("utf-8"), body
