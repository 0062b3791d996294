"""The pages of courses: who sees what, how lessons read, what staff see beside it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.curriculum import hooks
from app.curriculum import queries as read
from app.curriculum.models import SkillEvidence
from app.curriculum.services import import_course, seed_skills
from app.platform.database import db
from app.platform.settings import ROOT
from tests import factories
from tests.integration.curriculum.test_importing import MANIFEST, course
from tests.unit.curriculum.notebooks import cell, graded, notebook

LESSON = notebook(
    cell(
        "markdown",
        "# How to add\n\n## First part\n\nSee [the assignment](../source/adding/adding.ipynb#Task), "
        "[next](more.ipynb#A-part), [nothing](../secret.ipynb) and $a+b$.\n\n![Plus](pics/plus.png)",
    ),
    cell("code", "1 + 1"),
)


@pytest.fixture
def sums(app: Flask) -> Any:
    manifest = MANIFEST.replace(
        b'lesson = "lessons/adding.ipynb"', b'lessons = ["lessons/adding.ipynb", "lessons/more.ipynb"]'
    )
    files = course() | {
        "course.toml": manifest,
        "lessons/adding.ipynb": LESSON,
        "lessons/more.ipynb": notebook(cell("markdown", "# More\n\n## A part")),
        "source/adding/adding.ipynb": notebook(
            *json.loads(graded())["cells"], cell("markdown", "[Help](../../lessons/more.ipynb#A-part)")
        ),
        "lessons/pics/plus.png": b"\x89PNG\r\n\x1a\n",
    }
    return import_course(files, name="x")


@pytest.fixture
def coach(app: Flask) -> Any:
    return factories.staff(factories.cohort())


def test_a_stranger_is_sent_to_sign_in(client: Any, sums: Any) -> None:
    for path in ("/courses", "/courses/sums", "/courses/sums/adding", "/courses/sums/adding/lessons/adding", "/skills"):
        assert client.get(path).status_code in (302, 401), path


def test_a_trainee_reads_courses_and_lessons(as_person: Any, sums: Any) -> None:
    browser = as_person(factories.enrolment(factories.cohort()).person)
    assert "Sums" in browser.get("/courses").text
    page = browser.get("/courses/sums").text
    assert "/courses/sums/adding/lessons/adding" in page
    assert "2 points" in page
    assert "export" not in page
    assert "How to add" in browser.get("/courses/sums/adding").text
    assert browser.get("/courses/sums/nothing").status_code == 404
    assert browser.get("/courses/nothing").status_code == 404
    assert browser.get("/courses/sums/adding/lessons/nothing").status_code == 404


def test_a_lesson_links_to_pages_and_shows_pictures_of_the_course(as_person: Any, sums: Any) -> None:
    page = as_person(factories.person()).get("/courses/sums/adding/lessons/adding").text
    assert 'href="/courses/sums/adding"' in page
    assert 'href="/courses/sums/adding/lessons/more#s-A-part"' in page
    assert "secret" not in page
    assert 'id="s-First-part"' in page
    assert 'href="#s-First-part"' not in page
    assert '<math display="inline">' in page
    assert 'src="data:image/png;base64,' in page
    assert page.count("How to add") >= 2
    assert '<h2 id="s-How-to-add"' not in page
    assert 'rel="next"' in page


def test_a_lesson_can_be_downloaded(as_person: Any, sums: Any) -> None:
    answer = as_person(factories.person()).get("/courses/sums/adding/lessons/adding/notebook")
    assert answer.data == LESSON
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="adding.ipynb"')


STAFF_PAGES = ("assignments/{id}", "assignments/{id}/student", "versions", "versions/1/1", "export")


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_sources_and_versions_are_for_staff(path: str, as_person: Any, sums: Any, coach: Any) -> None:
    version = read.current_version(sums.course)
    assert version is not None
    address = f"/courses/sums/{path.format(id=version.assignments[0].id)}"
    trainee = factories.enrolment(factories.cohort()).person
    assert as_person(trainee).get(address).status_code == 404
    assert as_person(coach).get(address).status_code == 200
    assert as_person(factories.administrator()).get(address).status_code == 200


def test_a_coach_reads_solutions_and_hidden_tests(as_person: Any, sums: Any, coach: Any) -> None:
    version = read.current_version(sums.course)
    assert version is not None
    page = as_person(coach).get(f"/courses/sums/assignments/{version.assignments[0].id}").text
    assert "BEGIN HIDDEN TESTS" in page
    assert 'href="/courses/sums/adding/lessons/more#s-A-part"' in page
    assert "test_add" in page
    other = import_course({"ps1/a.ipynb": graded()}, name="other")
    foreign = read.current_version(other.course)
    assert foreign is not None
    assert as_person(coach).get(f"/courses/sums/assignments/{foreign.assignments[0].id}").status_code == 404


def test_who_coached_only_in_the_past_is_no_staff(as_person: Any, sums: Any) -> None:
    from sqlalchemy import update

    from app.cohorts.models import StaffMembership
    from app.platform.clock import now

    person = factories.staff(factories.cohort())
    db.session.execute(update(StaffMembership).values(ended_at=now()))
    assert as_person(person).get("/courses/sums/versions").status_code == 404


def test_a_hidden_test_is_nowhere_in_what_a_trainee_can_open(as_person: Any, sums: Any) -> None:
    browser = as_person(factories.person())
    for path in ("/courses", "/courses/sums", "/courses/sums/adding", "/courses/sums/adding/lessons/adding"):
        assert "add(4, 5)" not in browser.get(path).text


def test_progress_teachers_and_links_come_from_higher_features(
    as_person: Any, sums: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_progress", "_teachers", "_links"):
        monkeypatch.setattr(hooks, name, [])
    person = factories.person()
    mine, teacher = person.id, SimpleNamespace(full_name="Marja Heikkilä", initials="MH")
    done = hooks.AssignmentProgress("graded", "/assignments/7", score=1.5, max_score=2)
    hooks.progress_source(
        lambda who, ids: {
            i: hooks.CourseProgress(1, 2, "Adding more", "/next", {"adding": done}) for i in ids if who.id == mine
        }
    )
    hooks.teachers_source(lambda who, ids: {i: [teacher, teacher] for i in ids})
    hooks.assignment_links(lambda who, ids: {i: [hooks.Link("Release it", "/release")] for i in ids})
    browser = as_person(person)
    page = browser.get("/courses/sums").text
    assert "1 of 2 assignments" in page
    assert 'href="/assignments/7"' in page
    assert "Adding more" in page
    assert page.count("Marja") == 1
    assert "Release it" in page
    assert "1 of 2 assignments" in browser.get("/courses").text


def test_the_catalogue_page_asks_the_same_for_one_course_and_many(as_person: Any, sums: Any, queries: Any) -> None:
    browser = as_person(factories.person())
    browser.get("/courses")
    with queries() as few:
        browser.get("/courses")
    for name in ("one", "two", "three"):
        import_course({"ps1/a.ipynb": graded(), "ps2/a.ipynb": graded(name="b")}, name=name)
    with queries() as many:
        browser.get("/courses")
    assert many.count == few.count


def test_the_course_page_asks_the_same_for_one_module_and_many(as_person: Any, app: Flask, queries: Any) -> None:
    import_course({"ps1/a.ipynb": graded()}, name="small")
    import_course({f"ps{n}/a.ipynb": graded(name=f"f{n}") for n in range(6)}, name="large")
    browser = as_person(factories.person())
    browser.get("/courses/small")
    with queries() as few:
        browser.get("/courses/small")
    with queries() as many:
        browser.get("/courses/large")
    assert many.count == few.count


def test_every_lesson_of_the_python_course_is_a_sound_page(as_person: Any, app: Flask) -> None:
    """The client checks HTML, ids, labels and the policy of each page it opens."""
    imported = import_course(ROOT / "courses" / "python")
    version = read.current_version(imported.course)
    assert version is not None
    browser = as_person(factories.administrator())
    for module in version.modules:
        for lesson in module.lessons:
            page = browser.get(f"/courses/python/{module.slug}/lessons/{lesson.slug}")
            assert page.status_code == 200
            assert "math-fault" not in page.text
    for assignment in version.assignments:
        assert browser.get(f"/courses/python/assignments/{assignment.id}").status_code == 200


def test_skills_with_their_evidence(as_person: Any, app: Flask) -> None:
    seed_skills()
    cohort = factories.cohort()
    trainee = factories.enrolment(cohort).person
    db.session.add(
        SkillEvidence(
            person_id=trainee.id, skill_slug="python-basics", source="release:1", title="Adding", url="/submissions/9",
            score=2, max_score=2,
        )
    )  # fmt: skip
    db.session.flush()
    own = as_person(trainee).get("/skills").text
    assert 'href="/submissions/9"' in own
    assert "Python" in own
    coach = factories.staff(cohort)
    assert "Adding" in as_person(coach).get(f"/skills/{trainee.id}").text
    assert as_person(factories.staff(factories.cohort())).get(f"/skills/{trainee.id}").status_code == 404
    assert as_person(factories.enrolment(cohort).person).get(f"/skills/{trainee.id}").status_code == 404
    assert "No skills shown yet" in as_person(factories.person()).get("/skills").text


def test_what_differs_between_versions_is_shown_cell_by_cell(as_person: Any, sums: Any, coach: Any) -> None:
    changed = graded(points=5).replace(b"== 3", b"== 3, 'try 1 and 2'")
    import_course(course() | {"source/adding/adding.ipynb": changed, "source/adding/new.csv": b"a\n"}, name="x")
    page = as_person(coach).get("/courses/sums/versions/1/2").text
    assert "source/adding/new.csv" in page
    assert "<del>2</del>" in page
    assert "<ins>5</ins>" in page
    assert "try 1 and 2" in page
    assert "Removed" in page
    assert "Version 2" in as_person(coach).get("/courses/sums/versions").text
    assert as_person(coach).get("/courses/sums/versions/1/9").status_code == 404
