"""Parsing what comes from outside: paths, archives, manifests, addresses; by examples and by properties."""

from __future__ import annotations

import contextlib
import io
import stat
import tomllib
import zipfile
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from app.curriculum.queries.differences import compare, compare_cells, line_difference
from app.curriculum.services.addresses import check_address, is_public
from app.curriculum.services.archives import from_zip
from app.curriculum.services.exporting import _line
from app.curriculum.services.gathering import Gathered, left_out, safe_path
from app.curriculum.services.layout import find_layout
from app.curriculum.services.manifest import ManifestFault, read_manifest, slug_of
from app.curriculum.services.report import ImportRefused
from app.curriculum.services.sources import SourceFault, read_source
from tests.unit.curriculum.notebooks import cell, graded, lesson, notebook


@pytest.fixture(autouse=True, scope="module")
def words() -> Any:
    """The messages want an application for their language; nothing else of it is used."""
    from flask_babel import Babel

    app = Flask("words")
    Babel(app)
    with app.app_context():
        yield


def archive(*entries: tuple[Any, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            made.writestr(name, content)
    return stream.getvalue()


@given(
    st.text(max_size=60) | st.lists(st.sampled_from(["..", ".", "a", "", "C:", "\\", "/"]), max_size=6).map("/".join)
)
def test_a_safe_path_never_leaves_its_folder(name: str) -> None:
    path = safe_path(name)
    if path is not None:
        parts = path.split("/")
        assert ".." not in parts
        assert "" not in parts
        assert not path.startswith("/")
        assert "\\" not in path
        assert safe_path(path) == path


@pytest.mark.parametrize(
    "name", ["../a", "/etc/passwd", "a/../../b", "..\\a", "C:\\a", "a\0b", "", ".", "x" * 500, "a\nb"]
)
def test_dangerous_names_are_refused(name: str) -> None:
    assert safe_path(name) is None


def test_names_with_spaces_and_other_letters_are_kept_in_one_form() -> None:
    assert safe_path("tehta\u0308va 1/o\u0308.ipynb") == "tehtäva 1/ö.ipynb"
    assert safe_path("./a//b") == "a/b"


@pytest.mark.parametrize(
    ("path", "is_left_out"),
    [
        (".git/config", True),
        ("a/.ipynb_checkpoints/b-checkpoint.ipynb", True),
        ("gradebook.db", True),
        ("submitted/ada/ps1/p.ipynb", True),
        ("course/autograded/ada/ps1/p.ipynb", True),
        ("grades.csv", True),
        ("TestCourse/jupyterhub_cookie_secret", True),
        ("source/ps1/grades.csv", False),
        ("ps1/data/grades.csv", False),
        ("source/submitted/p.ipynb", False),
        ("source/ps1/p.ipynb", False),
        ("source/ps1/data/grades.db", False),
    ],
)
def test_what_is_no_part_of_a_course(path: str, is_left_out: bool) -> None:
    assert bool(left_out(path)) is is_left_out


def link_entry() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("source/ps1/link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def test_an_archive_with_traversal_and_links_names_them() -> None:
    gathered = from_zip(archive(("../evil", b"x"), ("/abs", b"x"), (link_entry(), b"/etc/passwd"), ("ok.txt", b"x")))
    assert gathered.files == {"ok.txt": b"x"}
    assert {line.path for line in gathered.report.refused} == {"../evil", "/abs", "source/ps1/link"}


def test_an_archive_that_lies_about_its_size_is_refused() -> None:
    content = archive(("a.txt", b"x" * 1000))
    place = content.rindex(b"PK\x01\x02") + 24
    lying = content[:place] + (10).to_bytes(4, "little") + content[place + 4 :]
    with pytest.raises(ImportRefused):
        from_zip(lying)


def test_a_bomb_is_refused_by_what_it_would_hold() -> None:
    with pytest.raises(ImportRefused, match="more than one course"):
        from_zip(archive(*((f"{number}.txt", b"\0" * (19 * 2**20)) for number in range(11))))


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"x" * 100, archive(("a", b"b" * 100))[:-30]],
    # An archive holds the time it was made, which must not be part of a test's name.
    ids=["nothing", "only a mark", "text", "cut off"],
)
def test_what_is_no_archive_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(ImportRefused, match="zip archive"):
        from_zip(content)


def test_names_that_say_nothing_of_their_letters_are_read_as_utf8() -> None:
    entry = zipfile.ZipInfo("source/teht\u00e4v\u00e4/a.txt")
    content = archive((entry, b"x"))
    unmarked = content.replace((0x800).to_bytes(2, "little") + b"\x08\x00", b"\0\0\x08\x00")
    assert "source/tehtävä/a.txt" in from_zip(content).files
    assert set(from_zip(unmarked).files) <= {"source/tehtävä/a.txt"}


@given(st.binary(max_size=200) | st.binary(max_size=120).map(lambda x: archive(("a", b"bc"))[:40] + x))
def test_no_bytes_break_the_reader_of_archives(content: bytes) -> None:
    with contextlib.suppress(ImportRefused):
        assert isinstance(from_zip(content), Gathered)


values = st.recursive(
    st.booleans() | st.integers(-5, 20000) | st.floats(allow_nan=True) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["slug", "title", "hours", "skills", "lesson", "assignments"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)
NAMES = ["slug", "title", "summary", "language", "level", "hours", "environment", "prerequisites", "skills", "modules"]


@given(st.binary(max_size=80))
def test_no_bytes_break_the_reader_of_manifests(content: bytes) -> None:
    try:
        read_manifest(content, "course")
    except ManifestFault as fault:
        assert fault.faults


@given(st.text(max_size=40), st.lists(st.text(max_size=10), max_size=3), st.floats(0, 9999))
def test_a_written_line_of_toml_is_read_back(text: str, texts: list[str], number: float) -> None:
    text, *texts = (value.encode("utf-8", "ignore").decode() for value in (text, *texts))
    table = tomllib.loads("\n".join((_line("a", text), _line("b", texts), _line("c", number))))
    assert table == {"a": text, "b": texts, "c": number}


@given(st.text(max_size=100))
def test_a_slug_is_always_a_part_of_an_address(name: str) -> None:
    slug = slug_of(name)
    assert slug
    assert len(slug) <= 80
    assert all(sign.isascii() and (sign.islower() or sign.isdigit() or sign == "-") for sign in slug)


def test_all_faults_of_a_manifest_are_said_at_once() -> None:
    with pytest.raises(ManifestFault) as fault:
        read_manifest(b'slug = "A B"\nhours = "x"\n[[modules]]\nslug = "a"\n[[modules]]\ntitle = "b"\nslug = "a"', "c")
    text = str(fault.value)
    for place in ("course.slug", "course.title", "course.hours", "modules[1].title", "stands twice"):
        assert place in text


@pytest.mark.parametrize(
    ("ip", "expected"),
    [
        ("8.8.8.8", True), ("2606:4700::1111", True), ("127.0.0.1", False), ("10.1.2.3", False), ("192.168.0.1", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False), ("::1", False),
        ("::ffff:127.0.0.1", False), ("::ffff:8.8.8.8", True), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False),
        ("fe80::1%eth0", False), ("fc00::1", False), ("255.255.255.255", False),
    ],
)  # fmt: skip
def test_private_addresses_are_told_however_they_are_wrapped(ip: str, expected: bool) -> None:
    assert is_public(ip) is expected


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/x.git", "file:///etc", "ext::sh -c id", "ssh://git@example.com/x", "git@example.com:x",
        "https://user:word@example.com/x", "https://127.0.0.1/x", "https://localhost/x", "https://[::1]/x", "https://2130706433/x",
        "https://0x7f.1/x", "https://example.com:99999/x", "https:///x", "-upload-pack=id", "https://exa mple.com/x",
        "https://no-such-host.invalid/x", "",
    ],
)  # fmt: skip
def test_addresses_that_are_not_fetched(url: str) -> None:
    with pytest.raises(ImportRefused) as refusal:
        check_address(url)
    assert refusal.value.field == "address"


def test_private_addresses_are_fetched_where_the_site_allows_it() -> None:
    address = check_address("http://127.0.0.1:8080/x.git", allow_private=True)
    assert address.pinned == "127.0.0.1:8080:127.0.0.1"


LAYOUTS: list[tuple[set[str], str, str, set[str]]] = [
    ({"source/ps1/a.ipynb", "source/header.ipynb"}, "", "source", {"ps1"}),
    ({"repo-main/source/ps1/a.ipynb", "repo-main/README.md"}, "repo-main", "source", {"ps1"}),
    ({"deep/er/source/ps 1/ä.ipynb"}, "deep/er", "source", {"ps 1"}),
    ({"release/ps1/a.ipynb"}, "", "release", {"ps1"}),
    ({"ps1/a.ipynb", "ps2/a.ipynb"}, "", "", {"ps1", "ps2"}),
    ({"top/ps1/a.ipynb", "top/ps2/a.ipynb"}, "top", "", {"ps1", "ps2"}),
    ({"a.ipynb"}, "", "", {"name"}),
    ({"w1/hw/a.ipynb", "w2/hw/a.ipynb"}, "", "", {"w1-hw", "w2-hw"}),
    ({"source/ps1/a.ipynb", "release/ps1/a.ipynb", "submitted/x/ps1/a.ipynb"}, "", "source", {"ps1"}),
]


@pytest.mark.parametrize(("paths", "root", "level", "names"), LAYOUTS)
def test_where_a_course_begins(paths: set[str], root: str, level: str, names: set[str]) -> None:
    layout = find_layout(dict.fromkeys(paths, graded()), "name")
    assert (layout.root, layout.level, set(layout.folders)) == (root, level, names)


def test_several_courses_are_asked_about_and_none_is_said() -> None:
    two = {"a/source/ps1/x.ipynb": graded(), "b/source/ps1/x.ipynb": graded()}
    with pytest.raises(ImportRefused, match="a, b"):
        find_layout(two, "name")
    assert find_layout(two, "name", "b").root == "b"
    with pytest.raises(ImportRefused, match="no nbgrader course"):
        find_layout({"x.ipynb": lesson(), "y.txt": b""}, "name")
    with pytest.raises(ImportRefused, match="no folder c"):
        find_layout(two, "name", "c")


@given(st.dictionaries(st.sampled_from(["a.ipynb", "s/a.ipynb", "source/p/a.ipynb", "course.toml", "x/course.toml", "release/p/a.ipynb"]), st.sampled_from([b"{}", b"", graded(), lesson()]), max_size=5))  # fmt: skip
def test_any_layout_is_found_or_refused(files: dict[str, bytes]) -> None:
    try:
        layout = find_layout(files, "name")
    except ImportRefused as refusal:
        assert str(refusal)
    else:
        assert layout.folders or layout.has_manifest


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=60) | values.map(lambda value: str(value).encode()))
def test_no_bytes_break_the_reader_of_sources(content: bytes) -> None:
    with pytest.raises(SourceFault):
        read_source(content)


@pytest.mark.parametrize("schema", [None, 1, 2])
def test_old_schemas_are_upgraded_as_nbgrader_does(schema: int | None) -> None:
    source = read_source(graded(schema=schema))
    assert "schema" in source.upgraded
    facts = [one["metadata"].get("nbgrader") for one in source.notebook["cells"]]
    assert [fact["schema_version"] for fact in facts if fact] == [3, 3]
    assert read_source(source.content).upgraded == ""
    assert read_source(graded(schema=schema)).content == source.content


def test_the_newest_form_is_kept_byte_for_byte() -> None:
    assert read_source(graded()).content == graded()


def test_a_released_answer_that_a_coach_marks_keeps_its_frame_too() -> None:
    from app.grading.api import make_student_version

    frame = "def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"
    source = notebook(cell("code", frame, "f", grade=True, solution=True, points=2))
    again = make_student_version(read_source(make_student_version(source).notebook).content)
    assert "def f(x):\\n" in again.notebook.decode()


def test_a_released_version_keeps_what_stands_around_its_stubs() -> None:
    from app.grading.api import make_student_version

    student = make_student_version(graded()).notebook
    source = read_source(student)
    assert source.is_released
    again = make_student_version(source.content)
    assert "def add(a, b):\\n" in again.notebook.decode()
    assert [task.grade_id for task in again.tasks] == ["add", "test_add"]
    assert not read_source(graded()).is_released


texts = st.lists(st.text(alphabet="ab \n", max_size=12), max_size=5)


@given(texts, texts)
def test_differences_of_lines_are_true(old: list[str], new: list[str]) -> None:
    before, after = "\n".join(old), "\n".join(new)
    lines = line_difference(before, after)
    if before.splitlines() == after.splitlines():
        assert not lines
    assert all(line.text in before.splitlines() for line in lines if line.sign == "-")
    assert all(line.text in after.splitlines() for line in lines if line.sign == "+")


@given(texts, texts)
def test_every_cell_that_came_or_went_is_told_of(old: list[str], new: list[str]) -> None:
    before, after = ([cell("markdown", text) for text in side] for side in (old, new))
    found = compare_cells(before, after)
    if old == new:
        assert found == []
    added = sum(one.kind == "added" for one in found)
    removed = sum(one.kind == "removed" for one in found)
    assert added - removed == len(new) - len(old)


def test_files_that_are_no_text_are_named() -> None:
    assert compare("a.png", b"\0a", b"\0b").lines == []
    assert compare("a.txt", None, b"new\n").kind == "added"
    assert compare("a.ipynb", notebook(cell("code", "1")), notebook(cell("code", "1"), x=1)).is_only_outputs
