"""The ways in and out: the page and its job, commands, Git over the network, and nbgrader on what is exported."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.curriculum import queries as read
from app.curriculum.models import Course
from app.curriculum.services import ImportRefused, export_files, from_git, import_course, order_import
from app.curriculum.services.background import _read, _work, _write
from app.grading.api import make_student_version
from app.platform.database import db
from app.platform.files import Blob, digest
from app.platform.jobs import Handle, Job, Lease
from tests import factories
from tests.integration.curriculum.git_server import git_server, make_repository
from tests.integration.curriculum.test_importing import course
from tests.unit.curriculum.notebooks import graded
from tests.unit.curriculum.test_parsing import archive


@pytest.fixture
def coach(app: Flask) -> Any:
    return factories.staff(factories.cohort())


def run_job(job: Job) -> None:
    """Do a job as a worker does, in this test's transaction."""
    lease = Lease(job.id, job.kind, None, job.payload, "test", 1)
    handle = Handle(lease)
    handle.progress = lambda *words: None  # type: ignore[method-assign]
    _write(lease, _work(_read(lease), handle))


def zipped(files: dict[str, bytes], top: str = "sums-main/") -> bytes:
    return archive(*((top + path, content) for path, content in files.items()))


def test_a_zip_comes_in_through_the_page(app: Flask, as_person: Any, coach: Any) -> None:
    content = zipped(course())
    browser = as_person(coach)
    answer = browser.post("/courses/import", data={"archive": (io.BytesIO(content), "sums-main.zip")})
    assert answer.status_code == 303
    job = db.session.scalars(select(Job)).one()
    assert f"/courses/import/{job.id}/status" in browser.get(answer.location).text
    run_job(job)
    from app.platform.jobs import JobState

    job.state = JobState.DONE
    db.session.flush()
    page = as_person(coach).get(answer.location).text
    assert "The course is in, as version 1." in page
    assert "sums-main/source/adding/adding.ipynb" in page
    assert db.session.get(Blob, digest(content)) is None
    version = read.current_version(db.session.scalars(select(Course)).one())
    assert version is not None
    assert version.created_by_id == coach.id


def test_faults_are_shown_file_by_file_and_in_the_persons_language(app: Flask, coach: Any) -> None:
    coach.language = "fi"
    job = order_import(by=coach, archive=zipped(course() | {"source/adding/adding.ipynb": b"{"}), name="x.zip")
    run_job(job)
    assert "refused" in job.progress
    (line,) = [line for line in job.progress["lines"] if line["outcome"] == "refused"]
    assert line["path"] == "sums-main/source/adding/adding.ipynb"
    assert db.session.scalar(select(Course)) is None


@pytest.mark.parametrize(
    "data", [{}, {"address": "https://example.org/x", "archive": (io.BytesIO(b"x"), "x.zip")}, {"address": "x" * 600}]
)
def test_a_form_without_one_source_is_shown_again(data: dict[str, Any], as_person: Any, coach: Any) -> None:
    answer = as_person(coach).post("/courses/import", data=data)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


def test_trainees_bring_nothing_in(as_person: Any) -> None:
    trainee = factories.enrolment(factories.cohort()).person
    browser = as_person(trainee)
    assert browser.get("/courses/import").status_code == 404
    assert browser.post("/courses/import", data={"address": "https://example.org/x"}).status_code == 404
    assert browser.get("/courses/import/1").status_code == 404


def test_a_repository_is_fetched_without_being_checked_out(app: Flask, tmp_path: Path) -> None:
    make_repository(tmp_path / "sums", course() | {".gitattributes": b"*.csv filter=evil\n"}, link="source/adding/link")
    with git_server(tmp_path) as address:
        gathered = from_git(f"{address}/sums", allow_private=True)
        with pytest.raises(ImportRefused, match="https://"):
            from_git(f"{address}/sums")
        with pytest.raises(ImportRefused, match="leads on"):
            from_git(f"{address}/moved/sums", allow_private=True)
        with pytest.raises(ImportRefused, match="No public repository"):
            from_git(f"{address}/nothing", allow_private=True)
    assert gathered.files["source/adding/data/numbers.csv"] == b"1,2\n"
    assert "source/adding/link" not in gathered.files
    assert [line.path for line in gathered.report.lines if line.reason] == ["source/adding/link"]
    assert import_course(gathered, name="sums").is_new


def test_the_address_in_the_page_is_held_to_the_sites_setting(app: Flask, coach: Any, tmp_path: Path) -> None:
    make_repository(tmp_path / "sums", course())
    with git_server(tmp_path) as address:
        job = order_import(by=coach, address=f"{address}/sums")
        run_job(job)
        assert "https://" in job.progress["refused"]
        app.config["ALLOW_PRIVATE_ADDRESSES"] = True
        try:
            job = order_import(by=coach, address=f"{address}/sums")
            run_job(job)
        finally:
            app.config["ALLOW_PRIVATE_ADDRESSES"] = False
    assert job.progress["course"] == "sums"


def exported(files: dict[str, bytes], name: str, place: Path) -> dict[str, bytes]:
    version = read.current_version(import_course(files, name=name).course)
    assert version is not None
    found = export_files(version)
    for path, content in found.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(content)
    return found


def test_a_course_in_nbgraders_layout_goes_out_byte_for_byte(app: Flask, tmp_path: Path) -> None:
    files = course() | {"nbgrader_config.py": b"c = get_config()\n"}
    assert exported(files, "x", tmp_path) == files


def test_an_exported_course_comes_in_again_as_the_same_course(app: Flask, tmp_path: Path) -> None:
    files = {"top/ps 1/a.ipynb": graded("Yksi"), "top/tehtävä/b.ipynb": graded(name="two"), "top/tehtävä/d.csv": b"1"}
    found = exported(files, "x", tmp_path)
    assert set(found) == {
        "course.toml", "nbgrader_config.py", "source/ps 1/a.ipynb", "source/tehtävä/b.ipynb", "source/tehtävä/d.csv",
    }  # fmt: skip
    again = import_course(tmp_path)
    assert (again.course.slug, again.version.number) == ("top", 2)
    assert again.version.title == "top"
    version = read.current_version(again.course)
    assert version is not None
    assert [module.title for module in version.modules] == ["Yksi", "Adding"]


@pytest.mark.long
def test_nbgrader_itself_works_on_what_is_exported(app: Flask, tmp_path: Path) -> None:
    student = make_student_version(graded(name="old")).notebook
    files = {"a course/ps1/p.ipynb": graded(schema=1), "a course/old/p.ipynb": student}
    exported(files, "x", tmp_path)
    for name in ("ps1", "old"):
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", "generate_assignment", name, "--create"],
            cwd=tmp_path,
            # nbgrader calls alembic by name.
            env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    released = (tmp_path / "release" / "ps1" / "p.ipynb").read_text()
    assert "add(4, 5)" not in released
    assert "def old(a, b):" in (tmp_path / "release" / "old" / "p.ipynb").read_text()


def test_the_commands(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = app.test_cli_runner()
    place = tmp_path / "sums.zip"
    place.write_bytes(zipped(course()))
    first = runner.invoke(args=["import-course", str(place)])
    assert first.exit_code == 0, first.output
    assert re.search(r"Sums is version 1 of /courses/sums: \d files taken, 0 upgraded", first.output)
    again = runner.invoke(args=["import-course", str(place)])
    assert "is known already as version 1" in again.output
    target = tmp_path / "out"
    assert runner.invoke(args=["export-course", "sums", str(target)]).exit_code == 0
    assert (target / "source/adding/adding.ipynb").read_bytes() == graded()
    (target / "source/adding/adding.ipynb").write_bytes(b"{")
    bad = runner.invoke(args=["import-course", str(target)])
    assert bad.exit_code == 1
    assert "REFUSED   source/adding/adding.ipynb" in bad.output
    assert "Nothing was brought in" in bad.output
    assert runner.invoke(args=["import-course", "https://127.0.0.1/x.git"]).exit_code == 1
    assert runner.invoke(args=["import-course", str(tmp_path / "nowhere")]).exit_code == 1
    assert runner.invoke(args=["export-course", "nothing", str(tmp_path / "z")]).exit_code == 1
    assert "skills added" in runner.invoke(args=["sync-skills"]).output
    assert zipfile.is_zipfile(place)
