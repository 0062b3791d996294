"""Settings: read once from the environment, with defaults for one machine; the secret key lives in the instance folder."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class SettingsError(Exception):
    """A setting that cannot be used; the message names it and says what to write."""


def _flag(env: Mapping[str, str], name: str) -> bool:
    return env.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    raw = env.get(name, "").strip()
    if not raw:
        return default
    try:
        return int(raw)
    except ValueError:
        raise SettingsError(f"{name} must be a whole number, not {raw!r}") from None


def instance_folder(env: Mapping[str, str] = os.environ) -> Path:
    """The folder of what this installation keeps beside its database: secret key, mail files, logs."""
    return Path(env.get("KISALLI_INSTANCE") or ROOT / "instance").resolve()


def secret_key(instance: Path) -> str:
    """The key that signs sessions and links; made on first start, readable by its owner only."""
    path = instance / "secret_key"
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        # O_EXCL: two processes that start at once must not each make a key.
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = path.read_text().strip()
        if len(key) < 32:
            raise SettingsError(f"{path} holds no usable key; delete it to have a new one made") from None
        return key
    key = secrets.token_urlsafe(48)
    with os.fdopen(fd, "w") as file:
        file.write(key + "\n")
    return key


def database_url(env: Mapping[str, str], instance: Path) -> str:
    """SQLAlchemy's address of the database: ``DATABASE_URL``, else an SQLite file in the instance folder."""
    url = env.get("DATABASE_URL", "").strip()
    if not url:
        return f"sqlite:///{instance / 'kisalli.db'}"
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url[len(scheme) :]
    return url


def load(env: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Flask's configuration from the environment.

    Raises:
        SettingsError: a value cannot be used.
    """
    instance = instance_folder(env)
    site_url = env.get("KISALLI_SITE_URL", "").strip().rstrip("/") or (
        f"http://{env.get('HOST', '127.0.0.1')}:{env.get('PORT', '8000')}"
    )
    if not site_url.startswith(("http://", "https://")):
        raise SettingsError("KISALLI_SITE_URL must begin with http:// or https://")
    sandbox = env.get("KISALLI_SANDBOX", "auto").strip().lower() or "auto"
    if sandbox not in {"auto", "full", "reduced"}:
        raise SettingsError("KISALLI_SANDBOX must be auto, full or reduced")
    secure = site_url.startswith("https://")
    return {
        "INSTANCE": instance,
        "SECRET_KEY": env.get("SECRET_KEY") or secret_key(instance),
        "SQLALCHEMY_DATABASE_URI": database_url(env, instance),
        "SITE_URL": site_url,
        "SITE_NAME": env.get("KISALLI_SITE_NAME", "Kisälli"),
        "PREFERRED_URL_SCHEME": "https" if secure else "http",
        "SESSION_COOKIE_NAME": "kisalli",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "PERMANENT_SESSION_LIFETIME": 60 * 60 * 24 * 14,
        "MAX_CONTENT_LENGTH": _number(env, "KISALLI_MAX_UPLOAD_MIB", 40) * 2**20,
        "MAX_FORM_MEMORY_SIZE": 4 * 2**20,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "PROXY_HOPS": _number(env, "KISALLI_PROXY_HOPS", 0),
        "MAIL_URL": env.get("KISALLI_MAIL_URL", "").strip(),
        "MAIL_FROM": env.get("KISALLI_MAIL_FROM", "Kisälli <no-reply@kisalli.example>"),
        "DEFAULT_LOCALE": env.get("KISALLI_LOCALE", "en"),
        "DEFAULT_TIME_ZONE": env.get("KISALLI_TIME_ZONE", "Europe/Helsinki"),
        "BROKER_URL": env.get("KISALLI_BROKER_URL", "").strip(),
        "SANDBOX": sandbox,
        "UNSAFE_GRADING": _flag(env, "KISALLI_UNSAFE_GRADING"),
        "DEMO": _flag(env, "KISALLI_DEMO"),
        "COURSES": Path(env.get("KISALLI_COURSES") or ROOT / "courses"),
        "DEVELOPMENT": _flag(env, "KISALLI_DEVELOPMENT"),
        "ALLOW_PRIVATE_ADDRESSES": _flag(env, "KISALLI_ALLOW_PRIVATE_ADDRESSES"),
    }
