"""Pages of releases, hand-in and results: who may open them, what they say, what they never tell."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.assignments.grade_models import TaskScore
from app.assignments.models import Draft, Release, Submission
from app.assignments.services import runs, scores
from app.assignments.states import FeedbackPolicy, SubmissionState
from app.cohorts.states import StaffRole
from app.curriculum.models import Task
from app.platform.clock import now
from app.platform.database import db
from app.platform.running import run_next
from tests import coursework, factories


@pytest.fixture(scope="module", autouse=True)
def warm() -> Iterator[None]:
    yield
    runs.close_grader()


class World:
    """A cohort with staff, two trainees and one release."""

    def __init__(self, *sources: tuple[str, bytes], **values: Any) -> None:
        self.cohort = factories.cohort()
        self.coach = factories.staff(self.cohort)
        self.coordinator = factories.staff(self.cohort, StaffRole.COORDINATOR)
        self.trainee, self.other = factories.person(), factories.person()
        self.enrolment = factories.enrolment(self.cohort, self.trainee)
        factories.enrolment(self.cohort, self.other)
        self.assignment = coursework.assignment(*sources)
        self.release = factories.release(self.cohort, self.assignment, **values)
        db.session.commit()

    @property
    def url(self) -> str:
        return f"/assignments/{self.release.id}"

    def hand_in(self, client: FlaskClient, *files: tuple[bytes, str]) -> Any:
        given = [(io.BytesIO(data), name) for data, name in files]
        return client.post(self.url, data={"notebooks": given}, content_type="multipart/form-data")


def work(app: Flask) -> None:
    db.session.commit()
    while run_next(app, ["grading"], "worker-1"):
        pass
    db.session.expire_all()


def last(app: Flask) -> Submission:
    db.session.expire_all()
    found = db.session.query(Submission).order_by(Submission.id.desc()).first()
    assert found is not None
    return found


def test_trainee_hands_in_and_reads_the_result(app: Flask, as_person: Any) -> None:
    world = World()
    client = as_person(world.trainee)
    page = client.get(world.url)
    assert "Hand in notebook" in page.text
    data = coursework.solved(world.assignment, longest=coursework.LONGEST_PARTLY)
    answer = world.hand_in(client, (data, "x (1).ipynb"))
    assert answer.status_code == 302
    submission = last(app)
    waiting = client.get(answer.location)
    assert "Waits for grading" in waiting.text
    assert f'hx-get="/submissions/{submission.id}/status' in waiting.text
    work(app)
    page = client.get(answer.location)
    assert "2</b> / 9" in page.text
    assert "A hidden test did not pass" in page.text
    assert "hidden-from-trainees" not in page.text
    assert "an empty list has no longest word" not in page.text
    assert "hx-get" not in page.text
    fragment = client.get(f"/submissions/{submission.id}/status?n=3", headers={"HX-Request": "true"})
    assert "hx-get" not in fragment.text
    assert "2</b> / 9" in fragment.text
    download = client.get(f"/submissions/{submission.id}/download")
    assert json.loads(download.data)["cells"]
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" not in page.text.lower()


def test_waiting_page_asks_less_and_less_often(app: Flask, as_person: Any) -> None:
    world = World()
    client = as_person(world.trainee)
    world.hand_in(client, (coursework.solved(world.assignment), "a.ipynb"))
    url = f"/submissions/{last(app).id}/status"
    first = client.get(f"{url}?n=0", headers={"HX-Request": "true"}).text
    later = client.get(f"{url}?n=40", headers={"HX-Request": "true"}).text
    assert "delay:1s" in first
    assert "delay:30s" in later
    assert client.get(url).status_code == 302


def test_a_visible_test_says_its_message_and_shows_own_code(app: Flask, as_person: Any) -> None:
    world = World()
    client = as_person(world.trainee)
    world.hand_in(client, (coursework.solved(world.assignment, total=coursework.SUM_WRONG), "a.ipynb"))
    work(app)
    page = client.get(f"/submissions/{last(app).id}").text
    assert "the sum of 1 and 2 is 3" in page
    assert '<span class="nf">total</span>' in page


def test_faults_are_told_in_the_page_and_nothing_is_stored(app: Flask, as_person: Any) -> None:
    world = World()
    client = as_person(world.trainee)
    answer = world.hand_in(client, (b"no notebook", "<b>odd.ipynb"))
    assert answer.status_code == 400
    assert "Nothing was handed in" in answer.text
    assert "&lt;b&gt;odd.ipynb" in answer.text
    assert db.session.query(Submission).count() == 0
    empty = client.post(world.url, data={}, content_type="multipart/form-data")
    assert empty.status_code == 400
    assert "No file was chosen" in empty.text


def test_result_belongs_to_its_trainee_and_the_staff(app: Flask, as_person: Any) -> None:
    world = World()
    world.hand_in(as_person(world.trainee), (coursework.solved(world.assignment), "a.ipynb"))
    submission = last(app)
    outsider = factories.staff(factories.cohort())
    db.session.commit()
    for address in ("", "/status", "/download"):
        url = f"/submissions/{submission.id}{address}"
        assert as_person(world.other).get(url).status_code == 404
        assert as_person(outsider).get(url).status_code == 404
        assert as_person(world.coach).get(url).status_code in (200, 302)
    assert as_person(world.trainee).post(f"/submissions/{submission.id}/run-again").status_code == 403
    assert as_person(outsider).get(world.url).status_code == 404
    assert as_person(world.coach).post(world.url).status_code == 403


def test_coach_marks_are_hidden_until_feedback_is_released(app: Flask, as_person: Any) -> None:
    world = World()
    client = as_person(world.trainee)
    world.hand_in(client, (coursework.solved(world.assignment), "a.ipynb"))
    work(app)
    submission = last(app)
    row = (
        db.session.query(TaskScore)
        .join(Task, Task.id == TaskScore.task_id)
        .filter(TaskScore.submission_id == submission.id, Task.grade_id == "explain")
        .one()
    )
    scores.set_points(row, by=world.coach, manual_score=3.25)
    scores.settle(submission, by=world.coach)
    db.session.commit()
    url = f"/submissions/{submission.id}"
    for page in (
        client.get(url).text,
        client.get(world.url).text,
        client.get(f"/cohorts/{world.cohort.slug}/assignments").text,
    ):
        assert "Waits for a coach" in page
        assert "8.25" not in page and "3.25" not in page
    assert "8.25" in as_person(world.coach).get(url).text
    release = db.session.get(Release, world.release.id)
    release.feedback_policy = FeedbackPolicy.AS_GRADED
    db.session.commit()
    assert "8.25" in client.get(url).text


def test_planned_release_shows_its_opening_and_gives_nothing_away(app: Flask, as_person: Any) -> None:
    world = World(opens_at=now() + timedelta(days=1), due_at=now() + timedelta(days=2))
    client = as_person(world.trainee)
    page = client.get(world.url)
    assert "opens" in page.text and 'type="file"' not in page.text
    assert client.get(f"{world.url}/download").status_code == 400
    assert client.get(f"{world.url}/write").status_code == 302
    assert world.hand_in(client, (coursework.solved(world.assignment), "a.ipynb")).status_code == 400
    assert db.session.query(Submission).count() == 0
    assert as_person(world.coach).get(f"{world.url}/download").status_code == 200


def test_withdrawn_release_is_gone_for_who_never_handed_in(app: Flask, as_person: Any) -> None:
    world = World()
    client = as_person(world.trainee)
    world.hand_in(client, (coursework.solved(world.assignment), "a.ipynb"))
    coach = as_person(world.coach)
    assert coach.post(f"{world.url}/withdraw").status_code == 302
    assert as_person(world.other).get(world.url).status_code == 404
    assert "withdrawn" in client.get(world.url).text
    assert "withdrawn" in coach.get(f"{world.url}/manage").text
    coach.post(f"{world.url}/bring-back")
    assert as_person(world.other).get(world.url).status_code == 200


def test_coach_releases_an_assignment_in_the_cohorts_time_zone(app: Flask, as_person: Any) -> None:
    world = World()
    another = coursework.assignment(title="Files and CSV")
    world.cohort.timezone = "Europe/Helsinki"
    db.session.commit()
    client = as_person(world.coordinator)
    url = f"/cohorts/{world.cohort.slug}/assignments/new"
    form = client.get(url)
    assert "Files and CSV" in form.text and "Europe/Helsinki" in form.text
    data = {
        "assignment_id": another.id,
        "opens_at": "2026-12-01T09:00",
        "due_at": "2026-12-08T16:00",
        "closes_at": "2026-12-10T16:00",
        "feedback_policy": "when_released",
    }
    answer = client.post(url, data=data)
    assert answer.status_code == 302
    release = db.session.query(Release).filter_by(assignment_id=another.id).one()
    assert release.due_at.isoformat() == "2026-12-08T14:00:00+00:00"
    again = client.post(url, data=data)
    assert again.status_code == 200
    assert "Choose" in again.text or "Not a valid choice" in again.text
    wrong = client.post(f"/assignments/{release.id}/edit", data={**data, "due_at": "2026-11-30T16:00"})
    assert "later than the opening time" in wrong.text
    assert 'value="2026-11-30T16:00"' in wrong.text
    right = client.post(f"/assignments/{release.id}/edit", data={**data, "due_at": "2026-12-09T16:00"})
    assert right.status_code == 302
    assert as_person(world.trainee).get(url).status_code == 403
    assert as_person(world.trainee).get(f"/assignments/{release.id}/manage").status_code == 403


def test_staff_list_and_manage_run_the_same_queries_for_many(app: Flask, as_person: Any, queries: Any) -> None:
    world = World()
    client = as_person(world.coach)
    urls = (f"/cohorts/{world.cohort.slug}/assignments", f"{world.url}/manage")

    def count(url: str, who: FlaskClient) -> int:
        with queries() as counted:
            assert who.get(url).status_code == 200
        return int(counted.count)

    before = [count(url, client) for url in urls]
    own_before = count(urls[0], as_person(world.trainee))
    for _ in range(3):
        factories.enrolment(world.cohort)
        factories.release(world.cohort, coursework.assignment())
    db.session.commit()
    world.hand_in(as_person(world.trainee), (coursework.solved(world.assignment), "a.ipynb"))
    world.hand_in(as_person(world.other), (coursework.solved(world.assignment), "a.ipynb"))
    assert [count(url, client) for url in urls] == before
    assert count(urls[0], as_person(world.trainee)) == own_before


def test_answers_are_written_in_the_page_and_handed_in(app: Flask, as_person: Any) -> None:
    world = World()
    client = as_person(world.trainee)
    page = client.get(f"{world.url}/write").text
    assert "Explain a loop" in page and "BEGIN" not in page and "hidden-from-trainees" not in page
    tasks = {grade_id: number for number, grade_id in db.session.query(Task.id, Task.grade_id)}
    nothing = client.post(f"{world.url}/write", data={"do": "hand_in"})
    assert nothing.status_code == 400 and "Nothing is written yet" in nothing.text
    typed = {f"answer-{tasks[grade_id]}": text for grade_id, text in coursework.answers().items()}
    typed[f"answer-{tasks['total']}"] = coursework.SUM_RIGHT.replace("\n", "\r\n")
    saved = client.post(f"{world.url}/drafts", data=typed, headers={"Accept": "application/json"})
    assert len(saved.json["saved"]) == 3
    assert db.session.query(Submission).count() == 0
    assert coursework.WORDS in client.get(f"{world.url}/write").text
    answer = client.post(f"{world.url}/write", data={"do": "hand_in"})
    assert answer.status_code == 302
    work(app)
    submission = last(app)
    assert (submission.state, submission.score) == (SubmissionState.WAITS_FOR_COACH, 5)
    again = client.get(f"{world.url}/write").text
    assert coursework.WORDS in again


def base_in(page: str, task: int) -> str:
    marker = f'name="base-{task}" value="'
    start = page.index(marker) + len(marker)
    return page[start : page.index('"', start)]


def test_two_windows_keep_the_newer_text_and_show_the_older(app: Flask, as_person: Any) -> None:
    world = World()
    client = as_person(world.trainee)
    task = db.session.query(Task.id).filter_by(grade_id="explain").scalar()
    total = db.session.query(Task.id).filter_by(grade_id="total").scalar()
    page = client.get(f"{world.url}/write").text
    base, base_total = base_in(page, task), base_in(page, total)
    drafts = f"{world.url}/drafts"
    first = client.post(drafts, data={f"answer-{task}": "from window one", f"base-{task}": base})
    assert first.json["saved"][0]["other"] is None
    second = client.post(
        drafts,
        data={
            f"answer-{task}": "from window two",
            f"base-{task}": base,
            f"answer-{total}": "def total(numbers):\n    # YOUR CODE HERE\n    raise NotImplementedError()",
            f"base-{total}": base_total,
        },
    )
    assert [saved["other"] for saved in second.json["saved"] if saved["task"] == task] == ["from window one"]
    draft = db.session.query(Draft).filter_by(grade_id="explain").one()
    assert (draft.text, draft.other_text) == ("from window two", "from window one")
    page = client.get(f"{world.url}/write").text
    assert "from window one" in page and "Use this text" in page
    client.post(f"{world.url}/write", data={"do": f"use:{task}"})
    db.session.expire_all()
    draft = db.session.query(Draft).filter_by(grade_id="explain").one()
    assert (draft.text, draft.other_text) == ("from window one", "from window two")
    client.post(f"{world.url}/write", data={"do": f"forget:{task}"})
    db.session.expire_all()
    assert db.session.query(Draft).filter_by(grade_id="explain").one().other_text is None


def test_a_window_that_changed_nothing_does_not_overwrite(app: Flask, as_person: Any) -> None:
    world = World()
    client = as_person(world.trainee)
    task = db.session.query(Task.id).filter_by(grade_id="explain").scalar()
    client.post(f"{world.url}/drafts", data={f"answer-{task}": "first", f"base-{task}": "0:"})
    base = base_in(client.get(f"{world.url}/write").text, task)
    client.post(f"{world.url}/drafts", data={f"answer-{task}": "second", f"base-{task}": base})
    client.post(f"{world.url}/write", data={f"answer-{task}": "first", f"base-{task}": base, "do": "save"})
    db.session.expire_all()
    draft = db.session.query(Draft).filter_by(grade_id="explain").one()
    assert (draft.text, draft.other_text) == ("second", None)


def test_run_again_needs_a_reason_and_is_told_in_the_history(app: Flask, as_person: Any) -> None:
    world = World()
    world.hand_in(as_person(world.trainee), (coursework.solved(world.assignment), "a.ipynb"))
    work(app)
    url = f"/submissions/{last(app).id}"
    coach = as_person(world.coach)
    assert coach.post(f"{url}/run-again").status_code == 400
    assert coach.post(f"{url}/run-again", data={"reason": "tests were repaired"}).status_code == 302
    assert last(app).state is SubmissionState.HANDED_IN
    work(app)
    assert last(app).state is SubmissionState.WAITS_FOR_COACH


def test_attempts_can_be_opened_one_by_one(app: Flask, as_person: Any) -> None:
    world = World()
    client = as_person(world.trainee)
    world.hand_in(client, (coursework.solved(world.assignment), "a.ipynb"))
    first = last(app)
    world.hand_in(client, (coursework.solved(world.assignment), "a.ipynb"))
    second = last(app)
    assert (first.number, second.number) == (1, 2)
    moved = client.get(f"/submissions/{second.id}?attempt=1")
    assert moved.location.endswith(f"/submissions/{first.id}")
    assert "Attempt 2" in client.get(f"/submissions/{first.id}").text


HOSTILE_CODE = """
from IPython.display import HTML, SVG, Javascript, display
display(HTML("<img src=x onerror=alert(1)><script>alert(2)</script><iframe src='http://example.org'></iframe>"))
display(SVG('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(3)"><script>alert(4)</script></svg>'))
display(Javascript("alert(5)"))
print("<script>alert(6)</script>")
def total(numbers):
    raise ValueError("<script>alert(7)</script>")
"""
HOSTILE_WORDS = (
    "<script>alert(8)</script> [x](javascript:alert(9)) <b onclick='alert(10)'>bold</b> <form action='/x'></form>"
)


def test_hostile_notebook_never_runs_in_a_coachs_browser(app: Flask, as_person: Any) -> None:
    world = World()
    data = coursework.solved(world.assignment, total=HOSTILE_CODE, explain=HOSTILE_WORDS)
    world.hand_in(as_person(world.trainee), (data, "a.ipynb"))
    work(app)
    url = f"/submissions/{last(app).id}"
    for person in (world.coach, world.trainee):
        # The client checks each page: no inline script, style or handler, and a strict policy.
        page = as_person(person).get(url)
        assert "<script>alert" not in page.text
        assert 'href="javascript:' not in page.text
        assert "onerror" not in page.text.replace("onerror=alert(1)&gt;", "")
        assert "&lt;script&gt;alert(6)" in page.text
        assert "<iframe" not in page.text
        assert 'action="/x"' not in page.text


def test_result_page_runs_the_same_queries_for_many_attempts(app: Flask, as_person: Any, queries: Any) -> None:
    world = World()
    client = as_person(world.trainee)

    def count() -> int:
        with queries() as counted:
            assert client.get(f"/submissions/{last(app).id}").status_code == 200
        return int(counted.count)

    data = coursework.solved(world.assignment)
    for _ in range(2):
        world.hand_in(client, (data, "a.ipynb"))
    work(app)
    before = count()
    for _ in range(3):
        world.hand_in(client, (data, "a.ipynb"))
    work(app)
    assert count() == before


def test_release_graded_without_names_links_no_name_to_an_attempt(app: Flask, as_person: Any) -> None:
    world = World(is_anonymous=True)
    world.trainee.first_name, world.trainee.last_name = "Aino", "Anonymous"
    db.session.commit()
    world.hand_in(as_person(world.trainee), (coursework.solved(world.assignment), "a.ipynb"))
    submission = last(app)
    coach = as_person(world.coach)
    listed = coach.get(f"{world.url}/manage").text
    assert "Aino Anonymous" in listed
    assert f"/submissions/{submission.id}" not in listed
    assert "Anonymous" not in coach.get(f"/submissions/{submission.id}").text
