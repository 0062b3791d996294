"""Addresses: absolute ones for mails, from the site's setting and never from a request's header, and safe ways back."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app


def absolute(endpoint: str, **values: Any) -> str:
    """The full address of a page, also outside a request. Its host is the setting KISALLI_SITE_URL, since a request's
    Host header is written by whoever sent it.
    """
    path = current_app.url_map.bind("kisalli.invalid").build(endpoint, values)
    return str(current_app.config["SITE_URL"]) + path


def safe_path(target: str | None, fallback: str = "/") -> str:
    """``target`` when it is a path of this site, else ``fallback``: a link in a mail must not send people elsewhere.

    Browsers read a backslash as a slash and drop tabs and line ends, so none of them may occur.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return fallback
    if "\\" in target or any(ord(sign) < 32 or ord(sign) == 127 for sign in target):
        return fallback
    try:
        parts = urlsplit(target)
    except ValueError:
        return fallback
    return fallback if parts.scheme or parts.netloc else target
