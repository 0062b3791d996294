"""A Git server on loopback that speaks the smart protocol, for tests; answers of its own for addresses that mislead."""

from __future__ import annotations

import gzip
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

SERVICE = "git-upload-pack"


def application(root: Path) -> object:
    @Request.application
    def serve(request: Request) -> Response:
        if request.path.startswith("/moved/"):
            return Response("", 302, {"Location": request.full_path.replace("/moved/", "/", 1)})
        repository = root / request.path.lstrip("/").split("/")[0]
        if not repository.is_dir():
            return Response("no such repository", 404)
        environment = {"PATH": os.environ["PATH"], "GIT_PROTOCOL": request.headers.get("Git-Protocol", "")}
        command = ["git", "upload-pack", "--stateless-rpc", str(repository)]
        if request.path.endswith("/info/refs"):
            command.insert(3, "--advertise-refs")
            done = subprocess.run(command, env=environment, capture_output=True, check=True)
            head = f"# service={SERVICE}\n"
            body = f"{len(head) + 4:04x}{head}0000".encode() + done.stdout
            return Response(body, content_type=f"application/x-{SERVICE}-advertisement")
        given = request.get_data()
        given = gzip.decompress(given) if request.headers.get("Content-Encoding") == "gzip" else given
        done = subprocess.run(command, env=environment, input=given, capture_output=True, check=False)
        return Response(done.stdout, content_type=f"application/x-{SERVICE}-result")

    return serve


@contextmanager
def git_server(root: Path) -> Iterator[str]:
    """Serve the repositories in a folder; gives the server's address."""
    server = make_server("127.0.0.1", 0, application(root), threaded=True)  # type: ignore[arg-type]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(20)


def make_repository(place: Path, files: dict[str, bytes], *, link: str = "") -> None:
    """A repository with one commit of these files, and a symbolic link of that name to a file of the machine."""
    for path, content in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(content)
    if link:
        (place / link).symlink_to("/etc/hostname")

    def git(*words: str) -> None:
        who = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=main")
        subprocess.run(["git", *who, *words], cwd=place, check=True, capture_output=True)

    git("init")
    git("add", "-A")
    git("commit", "-m", "A course")
