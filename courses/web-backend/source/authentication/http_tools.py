"""Small helpers of the course: run a web application on this computer and speak HTTP to it.

The notebooks use them so that you can look at requests and answers without a browser.
Everything stays on the loopback address 127.0.0.1: nobody else can reach your server.
"""

import contextlib
import http.client
import io
import json
import socket
import socketserver
import threading
import traceback
import urllib.parse
import wsgiref.simple_server

LOOPBACK = "127.0.0.1"
PATIENCE = 10  # seconds that we wait for an answer before we call it a failure


class Answer:
    """What a server sent back: status, reason, headers, body."""

    def __init__(self, status, reason, headers, body):
        self.status = status  # a number such as 200
        self.reason = reason  # a word such as "OK"
        self.headers = headers  # headers["Content-Type"]; upper and lower case are equal
        self.body = body  # bytes

    @property
    def text(self):
        """The body as text (UTF-8)."""
        return self.body.decode("utf-8", errors="replace")

    def json(self):
        """The body read as JSON."""
        return json.loads(self.text)

    def __repr__(self):
        return f"<Answer {self.status} {self.reason}, {len(self.body)} bytes>"


def fetch(url, method="GET", *, form=None, data=None, json_data=None, headers=None):
    """Send one HTTP request and return the Answer. Redirects are shown, not followed.

    form       a dictionary, sent as a web form sends it
    data       bytes, sent as they are
    json_data  any Python value, sent as JSON
    """
    parts = urllib.parse.urlsplit(url)
    sent = dict(headers or {})
    body = data
    if form is not None:
        body = urllib.parse.urlencode(form).encode("utf-8")
        sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
    if json_data is not None:
        body = json.dumps(json_data).encode("utf-8")
        sent.setdefault("Content-Type", "application/json")
    path = parts.path or "/"
    if parts.query:
        path += "?" + parts.query
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)
    try:
        connection.request(method, path, body=body, headers=sent)
        response = connection.getresponse()
        return Answer(response.status, response.reason, response.headers, response.read())
    finally:
        connection.close()


class Visitor:
    """One person with a browser: keeps the cookies that the server sets, like a browser does."""

    def __init__(self, base_url):
        self.base_url = base_url
        self.cookies = {}
        self.set_cookie = []  # the Set-Cookie lines of the last answer, to look at

    def send(self, method, path, **options):
        headers = dict(options.pop("headers", None) or {})
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = fetch(self.base_url + path, method, headers=headers, **options)
        self.set_cookie = answer.headers.get_all("Set-Cookie") or []
        for line in self.set_cookie:
            pair, *attributes = [piece.strip() for piece in line.split(";")]
            name, _, value = pair.partition("=")
            gone = any(piece.lower() == "max-age=0" or "1970" in piece for piece in attributes)
            if gone:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer

    def get(self, path, **options):
        return self.send("GET", path, **options)

    def post(self, path, **options):
        return self.send("POST", path, **options)


class _Server(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = True

    def server_bind(self):
        # The usual server asks the network for its own name here; that may take long and we do not need it.
        socketserver.TCPServer.server_bind(self)
        self.server_name = LOOPBACK
        self.server_port = self.server_address[1]
        self.setup_environ()
        self.log = io.StringIO()  # what the application wrote about its errors

    def handle_error(self, request, client_address):
        self.log.write(traceback.format_exc())


class _QuietHandler(wsgiref.simple_server.WSGIRequestHandler):
    def log_message(self, format, *args):
        pass

    def get_stderr(self):
        return self.server.log


@contextlib.contextmanager
def running(app, show_errors=True):
    """Run a WSGI application (Flask too) while the block runs; gives its address, such as http://127.0.0.1:40123.

    The operating system chooses a free port (we ask for port 0). The server stops at the end of the block.
    If the application raised errors, they are printed then, unless show_errors is False.
    """
    server = wsgiref.simple_server.make_server(LOOPBACK, 0, app, server_class=_Server, handler_class=_QuietHandler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)
        if show_errors and server.log.getvalue():
            print("Your application reported errors:\n" + server.log.getvalue())


def open_listener():
    """A listening socket on a free port of the loopback address. Returns (socket, port)."""
    listener = socket.create_server((LOOPBACK, 0))
    listener.settimeout(PATIENCE)
    return listener, listener.getsockname()[1]


def exchange(port, *pieces, keep_open=False):
    """Connect to the port, send the pieces (bytes), and return all bytes that come back until the server closes.

    keep_open=True leaves our sending side open, as a browser does: the server cannot wait for "the end".
    """
    with socket.create_connection((LOOPBACK, port), timeout=PATIENCE) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
        if not keep_open:
            connection.shutdown(socket.SHUT_WR)
        received = []
        while piece := connection.recv(4096):
            received.append(piece)
    return b"".join(received)


class Background:
    """Runs a function in a second thread, so that this notebook can be its client at the same time.

    Call wait() at the end, or use it as a block: with Background(serve, listener, 3): ...
    """

    def __init__(self, function, *arguments):
        self.result = None
        self.error = None
        self._sockets = [one for one in arguments if isinstance(one, socket.socket)]
        self._thread = threading.Thread(target=self._run, args=(function, arguments), daemon=True)
        self._thread.start()

    def _run(self, function, arguments):
        try:
            self.result = function(*arguments)
        except Exception as error:  # shown to the reader by wait()
            self.error = error
            for one in self._sockets:  # nobody will answer any more: let the client know at once
                one.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is None:
            self.wait()
        elif isinstance(error, (OSError, http.client.HTTPException)):
            self._thread.join(1)
            if self.error is not None:
                raise self.error from None  # the reason why the client got no answer

    def wait(self):
        """Wait until the function is done; returns its result, or raises its error here."""
        self._thread.join(PATIENCE)
        if self._thread.is_alive():
            raise AssertionError("Your function did not come to an end. Does it wait for something that never comes?")
        if self.error is not None:
            raise self.error
        return self.result
