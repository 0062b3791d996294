"""The component macros as pages call them: what they say, and that they stay right at the edges."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, render_template_string
from markupsafe import Markup
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from app.factory import create_app
from app.platform import clock
from app.platform.i18n import short_title


class Inner(Form):
    points = IntegerField("Points", [InputRequired("Write a whole number.")])


class Outer(Form):
    title = StringField("Title", [InputRequired("Give a title.")], description="As trainees see it")
    note = StringField("Note", [Optional()])
    agreed = BooleanField("Agreed", [InputRequired("Agree first.")])
    counts = RadioField("Counts", [InputRequired("Choose one.")], choices=[SelectChoice("best", "The best")])
    tasks = FieldList(FormField(Inner), min_entries=2)
    secret = HiddenField()


@pytest.fixture(scope="module")
def drawing_app() -> Flask:
    """The application without tables: a macro asks no database."""
    return create_app({"TESTING": True, "SECRET_KEY": "tests-only-key-of-enough-length-000000"})


@pytest.fixture
def draw(drawing_app: Flask) -> Any:
    """``draw('file', 'macro', 'call', **values)``: what the call of a macro renders."""

    def render(file: str, names: str, call: str, **values: Any) -> str:
        with drawing_app.test_request_context():
            return render_template_string(f"{{% from 'components/{file}.html' import {names} %}}{call}", **values)

    return render


def test_summary_names_every_fault_and_leads_to_its_field(draw: Any) -> None:
    form = Outer()
    assert not form.validate()
    html = draw("forms", "error_summary", "{{ error_summary(form) }}", form=form)
    assert "5 things to repair" in html
    for anchor in ("#title", "#agreed", "#counts-0", "#tasks-0-points", "#tasks-1-points"):
        assert f'href="{anchor}"' in html
    assert draw("forms", "error_summary", "{{ error_summary(form) }}", form=Outer()) == ""


def test_field_ties_label_hint_and_fault_to_the_control(draw: Any) -> None:
    form = Outer()
    form.validate()
    html = draw("forms", "field", "{{ field(form.title, autocomplete='off') }}", form=form)
    assert 'for="title"' in html
    assert 'aria-describedby="title-hint title-fault"' in html
    assert 'aria-invalid="true"' in html
    assert 'autocomplete="off"' in html
    assert 'id="title-fault"' in html
    assert "(optional)" in draw("forms", "field", "{{ field(form.note) }}", form=form)
    assert "<fieldset" in draw("forms", "field", "{{ field(form.counts) }}", form=form)


def test_hidden_fields_have_no_id_so_that_two_forms_may_share_a_page(draw: Any) -> None:
    html = draw("forms", "hidden", "{{ hidden(form) }}", form=Outer(data={"secret": "x"}))
    assert 'name="secret"' in html
    assert "id=" not in html


def test_what_was_typed_is_escaped(draw: Any) -> None:
    evil = "<script>alert(1)</script>"
    calls = [
        ("cell", "code", "{{ code(text) }}"),
        ("cell", "output", "{{ output(text) }}"),
        ("messages", "flash", "{{ flash(text) }}"),
        ("messages", "note", "{{ note(text) }}"),
        ("status", "chip", "{{ chip(text) }}"),
        ("files", "copy", "{{ copy(text) }}"),
        ("lists", "history_line", "{{ history_line(text, why=text, old=text, new=text) }}"),
        ("chart", "distribution", "{{ distribution(text, text, text, [(text, 1)], (text, text)) }}"),
        ("matrix", "matrix_cell", "{{ matrix_cell('/x', 'ok', text, text) }}"),
        ("people", "person", "{{ person(p, text) }}"),
    ]
    for file, names, call in calls:
        html = draw(file, names, call, text=evil, p={"full_name": evil, "initials": "<b"})
        assert "<script" not in html, names


def test_highlighted_lines_are_taken_as_they_are(draw: Any) -> None:
    html = draw("cell", "code", "{{ code(highlighted=lines, marks=[2]) }}", lines=[Markup("<b>def</b>"), Markup("x")])
    assert "<b>def</b>" in html
    assert html.count('data-mark="fault"') == 1


@pytest.mark.parametrize(
    ("away", "near", "words"),
    [
        (timedelta(days=10), None, "in 10 days"),
        (timedelta(days=2, hours=1), "soon", "in 2 days"),
        (timedelta(hours=26), "soon", "in 26 hours"),
        (timedelta(minutes=40), "soon", "in 40 minutes"),
        (timedelta(hours=-17), "late", "17 hours late"),
        (timedelta(days=-1, hours=-20), "late", "44 hours late"),
        (timedelta(days=-3), "late", "3 days late"),
    ],
)
def test_deadline_leads_with_how_long_is_left(draw: Any, away: timedelta, near: str | None, words: str) -> None:
    with clock.frozen_at(clock.now()) as now:
        html = draw("time", "deadline", "{{ deadline(when) }}", when=now + away)
    assert f"<b>{words}</b>" in html
    assert (f'data-near="{near}"' in html) if near else ("data-near" not in html)


def test_deadline_kept_is_calm_and_never_called_late(draw: Any) -> None:
    html = draw("time", "deadline", "{{ deadline(when, calm=true) }}", when=clock.now() - timedelta(days=1))
    assert "data-near" not in html
    assert "late" not in html


@pytest.mark.parametrize(
    ("minutes", "sign", "text"),
    [
        (2250, False, "37 h 30 min"),
        (0, False, "0 h"),
        (45, True, "+45 min"),
        (-150, True, "−2 h 30 min"),
        (0, True, "0 h"),
    ],
)
def test_hours_have_their_units(draw: Any, minutes: int, sign: bool, text: str) -> None:
    html = draw("people", "hours", "{{ hours(minutes, sign) }}", minutes=minutes, sign=sign)
    assert text in Markup(html).striptags().replace("\xa0", " ")


def test_score_without_points_is_a_dash_and_no_meter(draw: Any) -> None:
    assert "<meter" in draw("score", "score", "{{ score(8, 10) }}")
    html = draw("score", "score", "{{ score(none, 10) }}")
    assert "–" in html
    assert "<meter" not in html
    assert draw("score", "score", "{{ score(0, 0) }}").count("<meter") == 0


def test_unknown_state_is_shown_in_words(draw: Any) -> None:
    assert "Waits for a coach" in draw("status", "status", "{{ status('waits_for_coach') }}")
    assert "On hold" in draw("status", "status", "{{ status('on_hold') }}")


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Task 5. Names on the passenger list (2 points)", "Names on the passenger list"),
        ("Tehtävä 3: Lauttaliput (1,5 pistettä)", "Lauttaliput"),
        ("Sum of a list (2)", "Sum of a list (2)"),
        ("Task 4. (2 points)", "Task 4. (2 points)"),
        ("Tasks of a loop", "Tasks of a loop"),
        ("", ""),
    ],
)
def test_short_title_leaves_out_what_stands_beside_it(title: str, short: str) -> None:
    assert short_title(title) == short


def test_charts_stand_empty_figures(draw: Any) -> None:
    draw("chart", "distribution", "{{ distribution('T', '', 'None yet', [], ('a', 'b')) }}")
    draw("chart", "trend", "{{ trend('T', '', 'None yet', [], ('a', 'b')) }}")
    draw("chart", "trend", "{{ trend('T', '', 'One', [('wk 1', 5)], ('a', 'b'), floor=5, ceiling=5) }}")
    draw("chart", "stack_bar", "{{ stack_bar([], 'Nothing') }}")


def test_pagination_shows_ends_and_neighbours(draw: Any) -> None:
    html = draw("lists", "pagination", "{{ pagination(9, 40, url) }}", url=lambda page: f"?page={page}")
    shown = [number for number in range(1, 41) if f">{number}</a>" in html]
    assert shown == [1, 7, 8, 9, 10, 11, 40]
    assert draw("lists", "pagination", "{{ pagination(1, 1, url) }}", url=str) == ""
