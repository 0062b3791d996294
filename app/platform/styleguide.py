"""What the styleguide page shows in its components: invented people, figures and a form with faults."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from wtforms import BooleanField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from app.platform import clock

SPRITE = Path(__file__).resolve().parents[1] / "static" / "icons.svg"

CODE = """from statistics import mean

def average(readings):
    # faulty readings are None
    good = [r for r in readings if r is not None]
    return round(mean(good), 1)
"""


class SampleForm(Form):
    """One field of each kind."""

    title = StringField("Title", description="As trainees see it")
    due = StringField("Due")
    points = StringField("Points")
    course = SelectField("Course", choices=[SelectChoice("iot", "IoT with MicroPython")])
    counts = RadioField(
        "Which attempt counts",
        choices=[SelectChoice("best", "The best"), SelectChoice("latest", "The latest")],
        default="best",
    )
    statistics = BooleanField("Show class statistics to trainees", description="Only with five hand-ins or more")
    note = TextAreaField("Note", [Optional()])


def samples() -> dict[str, Any]:
    """The values of styleguide.html. Names are those of the mock-ups, never of real people."""
    now = clock.now()
    form = SampleForm(
        prefix="sample",
        data={"title": "Temperature sensor log", "due": "3.12.2026 16:00", "points": "twenty", "counts": "best"},
    )
    form.due.errors = ["Opens on 4 Dec 9:00. Choose a later time."]
    form.points.errors = ["Write a whole number, such as 20."]
    return {
        "icons": re.findall(r'id="i-([\w-]+)"', SPRITE.read_text(encoding="utf-8")),
        "deadlines": [now + timedelta(days=10), now + timedelta(days=1, hours=2), now - timedelta(hours=17)],
        "past": now - timedelta(hours=3),
        "people": [
            {"full_name": "Fatima Al-Rashid", "initials": "FA"},
            {"full_name": "Carlos Eduardo Figueiredo dos Santos", "initials": "CS"},
        ],
        "form": form,
        "code": CODE,
        "history": [
            {
                "icon": "pen",
                "who": "Marja Heikkilä",
                "what": "changed task 7",
                "old": "2",
                "new": "3 points",
                "why": "The example was right after all",
                "when": now - timedelta(minutes=20),
            },
            {"icon": "check", "what": "Graded by tests", "new": "19 points", "when": now - timedelta(hours=5)},
            {
                "icon": "up",
                "who": "Fatima Al-Rashid",
                "what": "handed in attempt 1",
                "when": now - timedelta(hours=5, minutes=1),
            },
        ],
        "sort_url": lambda order: f"?sort={order}#table",
        "page_url": lambda page: f"?page={page}#table",
    }
