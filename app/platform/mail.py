"""Mail: queued with the row that causes it, written to the instance folder by default, sent by SMTP when set so."""

from __future__ import annotations

import logging
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy import update

from app.platform import jobs
from app.platform.database import db
from app.platform.jobs import Handle, Lease

log = logging.getLogger(__name__)


def send(to: str, subject: str, text: str) -> None:
    """Queue a plain-text mail in the present transaction; it goes out once that is committed."""
    jobs.enqueue("mail.send", payload={"to": to, "subject": " ".join(subject.split()), "text": text})


def message_of(lease: Lease) -> EmailMessage:
    """The mail as it goes out. The Message-ID comes from the job, so that a repeat can be told from a new mail."""
    message = EmailMessage()
    host = urlsplit(current_app.config["SITE_URL"]).hostname or "kisalli.example"
    message["Message-ID"] = f"<job-{lease.job_id}@{host}>"
    message["From"] = current_app.config["MAIL_FROM"]
    message["To"] = lease.payload["to"]
    message["Subject"] = lease.payload["subject"]
    message["Date"] = formatdate(localtime=False)
    message.set_content(lease.payload["text"])
    return message


def _deliver(given: tuple[EmailMessage, str, Path, int], _handle: Handle) -> None:
    message, url, folder, job_id = given
    if url:
        _smtp(message, url)
    else:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / f"{job_id:06d}.eml").write_bytes(bytes(message))
    log.info("mail to=%s subject=%r by=%s", message["To"], str(message["Subject"]), "smtp" if url else "file")


def _smtp(message: EmailMessage, url: str) -> None:
    """Send by ``smtp://user:password@host:587`` (STARTTLS where offered) or ``smtps://…:465``."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    context = ssl.create_default_context()
    connection: smtplib.SMTP
    if parts.scheme == "smtps":
        connection = smtplib.SMTP_SSL(host, parts.port or 465, timeout=30, context=context)
    else:
        connection = smtplib.SMTP(host, parts.port or 25, timeout=30)
    with connection as server:
        if parts.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


def _read(lease: Lease) -> Any:
    config = current_app.config
    return message_of(lease), config["MAIL_URL"], Path(config["INSTANCE"]) / "mail", lease.job_id


def _forget_text(lease: Lease, _result: Any = None) -> None:
    """A mail that is out, or will never be, leaves no text behind: it may hold a link that opens an account."""
    kept = {name: value for name, value in lease.payload.items() if name != "text"}
    db.session.execute(update(jobs.Job).where(jobs.Job.id == lease.job_id).values(payload=kept))


def _gave_up(lease: Lease, reason: str) -> None:
    _forget_text(lease)
    log.error("mail to=%s not sent: %s", lease.payload.get("to"), reason)


jobs.register(
    jobs.JobKind(name="mail.send", lane="mail", read=_read, work=_deliver, write=_forget_text, gave_up=_gave_up)
)
