"""Files handed to people: always as an attachment, so that nothing of them is ever shown as a page of this site."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response


def attachment(content: bytes, name: str, media_type: str = "application/octet-stream") -> Response:
    """A download named ``name``, which may hold any letters (RFC 6266)."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_. ()") else "_" for sign in name)
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
