"""A course as it will be written: facts, modules, assignments with their notebooks, lessons and data files; no database."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from app.curriculum.services.layout import MANIFEST, find_layout, inside
from app.curriculum.services.manifest import CourseFacts, ManifestFault, ModuleFacts, read_manifest, slug_of
from app.curriculum.services.report import ImportRefused, Report, joined
from app.curriculum.services.sources import Source, SourceFault, is_graded, read_source
from app.curriculum.states import Outcome
from app.grading.api import NotebookFault, StudentVersion, make_student_version
from app.platform.i18n import gettext as _
from app.platform.notebooks import title_of

# Folders that hold a course but do not name it.
SAY_NOTHING = {
    "",
    "instructor",
    "instructors",
    "teacher",
    "nbgrader",
    "course",
    "courses",
    "notebooks",
    "src",
    "docs",
    "main",
    "master",
}


@dataclass
class PlannedNotebook:
    """A notebook of an assignment: path in the course, source and student version."""

    name: str
    path: str
    source: Source
    student: StudentVersion


@dataclass
class PlannedAssignment:
    """An assignment folder; ``data`` are the paths of what lies beside its notebooks."""

    name: str
    folder: str
    title: str
    notebooks: list[PlannedNotebook] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    lessons: list[str] = field(default_factory=list)

    @property
    def max_score(self) -> float:
        """Points of all its notebooks."""
        return sum(notebook.student.total for notebook in self.notebooks)


@dataclass
class Plan:
    """Everything of a course version before it is written. ``files`` are what is kept, upgraded where needed."""

    facts: CourseFacts
    files: dict[str, bytes]
    assignments: dict[str, PlannedAssignment]
    lessons: dict[str, str]
    report: Report
    root: str = ""

    def shown(self, path: str) -> str:
        """A path of the course as the report names it: from the top of what was brought in."""
        return f"{self.root}/{path}" if self.root else path

    @property
    def content_hash(self) -> str:
        """SHA-256 over paths and contents; the same course always has the same."""
        total = hashlib.sha256()
        for path, content in sorted(self.files.items()):
            total.update(f"{path}\0{hashlib.sha256(content).hexdigest()}\n".encode())
        return total.hexdigest()


def make_plan(
    files: Mapping[str, bytes],
    report: Report,
    *,
    name: str,
    folder: str = "",
    leave_out_faulty: bool = False,
) -> Plan:
    """Read a course.

    Args:
        files: path to content.
        report: of the files so far; every file gets its line.
        name: the folder's or archive's name, for what has no name of its own.
        folder: the course's folder among the files.
        leave_out_faulty: leave out assignments with a faulty notebook instead of refusing all.

    Raises:
        ImportRefused: there is no course, or (report.refused) files have faults.
    """
    name = unicodedata.normalize("NFC", name.strip()) or "course"
    layout = find_layout(files, name, folder)
    root = layout.root
    kept = {path[len(root) :].lstrip("/"): content for path, content in files.items() if inside(path, root)}
    if root:
        report.by_path = {path: line for path, line in report.by_path.items() if inside(path, root)}
        report.note(_("The course's folder is %(folder)s; what lies outside it was left out.", folder=root))
    plan = Plan(CourseFacts(slug_of(name), _title(name)), kept, {}, {}, report, root)
    for title, place in layout.folders.items():
        plan.assignments[title] = _read_assignment(plan, title, place)
    if layout.has_manifest:
        _by_manifest(plan, name)
    else:
        _by_folders(plan, name)
    _check_lessons(plan)
    faulty = [line for line in report.refused if _assignment_of(plan, line.path)]
    if leave_out_faulty:
        _leave_out(plan, {_assignment_of(plan, line.path) for line in faulty})
    return plan


def _title(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").split())[:200] or "Course"


def _read_assignment(plan: Plan, name: str, folder: str) -> PlannedAssignment:
    assignment = PlannedAssignment(name, folder, "")
    for path in sorted(path for path in plan.files if inside(path, folder)):
        direct = "/" not in path[len(folder) :].lstrip("/")
        if not folder and not direct:
            continue
        if path.endswith(".ipynb") and direct:
            _read_notebook(plan, assignment, path)
        else:
            assignment.data.append(path)
    assignment.title = assignment.title or _title(name)
    return assignment


def _read_notebook(plan: Plan, assignment: PlannedAssignment, path: str) -> None:
    shown = plan.shown(path)
    try:
        source = read_source(plan.files[path])
        plan.files[path] = source.content
        if not is_graded(source.notebook):
            assignment.lessons.append(path)
            assignment.data.append(path)
            plan.report.add(shown, Outcome.TAKEN, _("Nothing in it is graded: it is taken as a lesson."))
            return
        student = make_student_version(source.content)
    except SourceFault as fault:
        plan.report.add(shown, Outcome.REFUSED, fault.message)
        return
    except NotebookFault as fault:
        plan.report.add(shown, Outcome.REFUSED, fault.message)
        return
    name = PurePosixPath(path).stem
    assignment.notebooks.append(PlannedNotebook(name, path, source, student))
    assignment.title = assignment.title or title_of(source.notebook)
    words = [_("Upgraded: %(what)s.", what=source.upgraded)] if source.upgraded else []
    if source.is_released:
        words.append(_("A released version: it has no solutions and no hidden tests."))
    plan.report.add(shown, Outcome.UPGRADED if source.upgraded else Outcome.TAKEN, " ".join(map(str, words)))


def _by_manifest(plan: Plan, name: str) -> None:
    """Take the facts of course.toml and hold them against what is there."""
    shown = plan.shown(MANIFEST)
    try:
        plan.facts = read_manifest(plan.files[MANIFEST], slug_of(name))
    except ManifestFault as fault:
        plan.report.add(shown, Outcome.REFUSED, "; ".join(fault.faults))
        return
    faults = []
    taken: set[str] = set()
    for module in plan.facts.modules:
        missing = [assignment for assignment in module.assignments if assignment not in plan.assignments]
        if missing:
            faults.append(_("module %(module)s: no folder for %(names)s", module=module.slug, names=joined(missing)))
        twice = [assignment for assignment in module.assignments if assignment in taken]
        if twice:
            faults.append(_("%(names)s belongs to two modules", names=joined(twice)))
        taken |= set(module.assignments)
        lost = [path for path in module.lessons if path not in plan.files]
        if lost:
            faults.append(_("module %(module)s: no lesson %(names)s", module=module.slug, names=joined(lost)))
    if faults:
        plan.report.add(shown, Outcome.REFUSED, "; ".join(map(str, faults)))
    unnamed = sorted(set(plan.assignments) - taken)
    if unnamed:
        plan.report.note(_("In no module of course.toml, but taken: %(names)s.", names=joined(unnamed)))


def _by_folders(plan: Plan, name: str) -> None:
    """Without a manifest: the title is the folder's name, and each assignment is a module."""
    last = plan.root.rpartition("/")[2]
    own = name if last.lower() in SAY_NOTHING else last
    plan.facts = CourseFacts(slug=slug_of(own), title=_title(own))
    taken: set[str] = set()
    for assignment in plan.assignments.values():
        base = slug = slug_of(assignment.name, "module")
        number = 2
        while slug in taken:
            slug, number = f"{base}-{number}", number + 1
        taken.add(slug)
        plan.facts.modules.append(
            ModuleFacts(slug, assignment.title, lessons=list(assignment.lessons), assignments=[assignment.name])
        )
    plan.report.note(
        _("It has no course.toml: the title comes from the folder's name, and each assignment is a module.")
    )


def _check_lessons(plan: Plan) -> None:
    """Read the lessons of all modules; a broken one is refused."""
    for module in plan.facts.modules:
        for path in module.lessons:
            if path not in plan.files:
                continue
            try:
                source = read_source(plan.files[path])
            except SourceFault as fault:
                plan.report.add(plan.shown(path), Outcome.REFUSED, fault.message)
                continue
            plan.files[path] = source.content
            plan.lessons[path] = title_of(source.notebook) or _title(PurePosixPath(path).stem)


def _assignment_of(plan: Plan, path: str) -> str:
    """The name of the assignment in whose folder a refused path lies, or ""."""
    for assignment in plan.assignments.values():
        if assignment.folder and f"/{assignment.folder}/" in f"/{path}":
            return assignment.name
    return ""


def _leave_out(plan: Plan, names: set[str]) -> None:
    for name in sorted(names):
        assignment = plan.assignments.pop(name)
        reason = _("Its assignment has a faulty notebook and was left out.")
        for line in plan.report.lines:
            if _in_folder(line.path, assignment.folder):
                refused = line.outcome is Outcome.REFUSED
                plan.report.add(line.path, Outcome.LEFT_OUT, line.reason if refused else reason)
        plan.files = {path: content for path, content in plan.files.items() if not inside(path, assignment.folder)}
        for module in plan.facts.modules:
            module.assignments = [other for other in module.assignments if other != name]
            module.lessons = [path for path in module.lessons if path in plan.files]
    plan.facts.modules = [module for module in plan.facts.modules if module.lessons or module.assignments]
    if not plan.assignments and not plan.lessons:
        raise ImportRefused(_("Nothing is left of the course without its faulty assignments."), plan.report)


def _in_folder(path: str, folder: str) -> bool:
    return f"/{folder}/" in f"/{path}"
