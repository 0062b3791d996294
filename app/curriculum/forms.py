"""Forms of the curriculum."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from app.platform.i18n import lazy_gettext as _l


def _stripped(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


class ImportForm(FlaskForm):  # type: ignore[misc]
    """Bring in a course: a zip archive or the address of a repository."""

    archive = FileField(
        _l("Zip archive of the course folder"),
        description=_l(
            "As nbgrader has it: source/ASSIGNMENT/NOTEBOOK.ipynb, or one folder an assignment. At most 40 MiB."
        ),
    )
    address = StringField(
        _l("Or the address of a public Git repository"),
        description=_l("It begins with https://."),
        filters=[_stripped],
        validators=[Length(max=500)],
    )
    folder = StringField(
        _l("Folder of the course"),
        description=_l("Only where the archive or repository holds more than one course."),
        filters=[_stripped],
        validators=[Length(max=400)],
    )
    slug = StringField(
        _l("Name in the address"),
        description=_l("What stands after /courses/. Leave it empty to take what course.toml or the folder says."),
        filters=[_stripped],
        validators=[Length(max=70)],
    )
    leave_out_faulty = BooleanField(
        _l("Leave out assignments with faults"),
        description=_l("Otherwise nothing is brought in when one file has a fault."),
    )
