"""Writes of programmes, sites and cohorts; every step in a cohort's life goes through move_cohort."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from app.accounts import names
from app.accounts.models import Person
from app.cohorts import rules
from app.cohorts.models import Cohort, CohortStateChange, Enrolment, Programme, Site, StaffMembership
from app.cohorts.slugs import slugged
from app.cohorts.states import COHORT_TRANSITIONS, CohortState, EnrolmentState, StaffRole
from app.platform import audit
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import LANGUAGES, time_zones
from app.platform.i18n import gettext as _

LARGEST = 1000
# Steps that others will ask about: back, and out of a life that had not begun.
_FORWARD = [
    CohortState.PLANNED,
    CohortState.RECRUITING,
    CohortState.RUNNING,
    CohortState.FINISHED,
    CohortState.ARCHIVED,
]


@dataclass(frozen=True)
class CohortDetails:
    """What a cohort is made of; dates in the cohort's own zone, both included."""

    title: str
    starts_on: date
    ends_on: date
    site_id: int | None = None
    timezone: str = "Europe/Helsinki"
    language: str = "en"
    capacity: int = 24


def create_site(name: str, city: str, *, by: Person | None = None) -> Site:
    """A new site.

    Raises:
        Refusal: no name, or another site has it.
    """
    name, city = names.clean(name)[:120], names.clean(city)[:120]
    if not name:
        raise Refusal(_("Write the name of the site."), field="name")
    if db.session.scalar(select(Site.id).where(func.lower(Site.name) == name.lower())) is not None:
        raise Refusal(_("There is a site of this name already."), field="name")
    site = Site(name=name, city=city)
    db.session.add(site)
    audit.record("site.created", site, by=by, name=name)
    return site


def create_programme(title: str, description: str = "", *, by: Person | None = None) -> Programme:
    """A new programme, edited by who made it and by those named for it.

    Raises:
        Refusal: no title, or another programme has it.
    """
    title = _checked_title(title)
    _refuse_twin(title, None)
    programme = Programme(
        slug=slugged(title, lambda slug: _exists(Programme.slug == slug, Programme), "programme"),
        title=title,
        description=description.strip(),
        created_by_id=by.id if by else None,
    )
    db.session.add(programme)
    audit.record("programme.created", programme, by=by, title=title)
    return programme


def update_programme(programme: Programme, title: str, description: str, *, by: Person) -> None:
    """Change the words of a programme; its address stays, since others may have kept it.

    Raises:
        Refusal: no title, or another programme has it.
    """
    title = _checked_title(title)
    _refuse_twin(title, programme)
    programme.title, programme.description = title, description.strip()
    audit.record("programme.changed", programme, by=by)


def create_cohort(programme: Programme, details: CohortDetails, *, by: Person | None = None) -> Cohort:
    """A new cohort in the state planned. Who makes it coordinates it.

    Raises:
        Refusal: ``by`` coordinates neither the site nor the programme, or a detail cannot be used; its field is named.
    """
    _check(details)
    if by is not None and not rules.can_place_cohort(by, programme.id, details.site_id):
        raise Refusal(
            _("You can make cohorts at sites and in programmes that you coordinate. Choose one of those."),
            field="site_id",
        )
    cohort = Cohort(
        slug=slugged(details.title, lambda slug: _exists(Cohort.slug == slug, Cohort), "cohort"),
        programme_id=programme.id,
        created_by_id=by.id if by else None,
        state=CohortState.PLANNED,
    )
    _write(cohort, details)
    db.session.add(cohort)
    db.session.flush()
    by_id = by.id if by else None
    db.session.add(CohortStateChange(cohort_id=cohort.id, by_id=by_id, from_state=None, to_state=CohortState.PLANNED))
    if by is not None:
        db.session.add(
            StaffMembership(cohort_id=cohort.id, person_id=by.id, role=StaffRole.COORDINATOR, started_by_id=by.id)
        )
    audit.record("cohort.created", cohort, by=by, cohort_id=cohort.id, title=cohort.title)
    rules.forget_known_roles()
    return cohort


def update_cohort(cohort: Cohort, details: CohortDetails, *, by: Person, version: int | None = None) -> None:
    """Change the details of a cohort; its address stays.

    Args:
        version: the cohort's version when the form was opened.

    Raises:
        Refusal: a detail cannot be used, or somebody changed the cohort since the form was opened.
    """
    if version is not None and version != cohort.version:
        raise Refusal(
            _("Somebody changed this cohort while you were writing. Compare with its page, then save once more.")
        )
    _check(details)
    taken = count_trainees(cohort.id)
    if details.capacity < taken:
        raise Refusal(_("There are %(count)s trainees in it already.", count=taken), field="capacity")
    changed = sorted(name for name, value in vars(details).items() if getattr(cohort, name) != value)
    if changed:
        _write(cohort, details)
        audit.record("cohort.changed", cohort, by=by, cohort_id=cohort.id, fields=changed)


def move_cohort(cohort: Cohort, to_state: CohortState, reason: str = "", *, by: Person | None = None) -> None:
    """The one door of a cohort's state: checks, writes, and keeps who, when and why.

    Raises:
        Refusal: this step is not possible from the present state, or needs a reason.
    """
    if to_state not in COHORT_TRANSITIONS[cohort.state]:
        raise Refusal(_("This cohort cannot go there from its present state. Load the page again."))
    if needs_reason(cohort.state, to_state) and not reason.strip():
        raise Refusal(_("Write why, so that others understand it later."), field="reason")
    before, cohort.state = cohort.state, to_state
    db.session.add(
        CohortStateChange(
            cohort_id=cohort.id,
            by_id=by.id if by else None,
            from_state=before,
            to_state=to_state,
            reason=reason.strip(),
        )
    )
    audit.record("cohort.moved", cohort, by=by, cohort_id=cohort.id, before=before.value, after=to_state.value)


def needs_reason(before: CohortState, after: CohortState) -> bool:
    """Whether a step needs a typed reason: steps back, and archiving what never ran."""
    at, to = _FORWARD.index(before), _FORWARD.index(after)
    return to < at or (after is CohortState.ARCHIVED and before is not CohortState.FINISHED)


def count_trainees(cohort_id: int) -> int:
    """How many places of a cohort are taken."""
    taken = select(func.count()).where(Enrolment.cohort_id == cohort_id, Enrolment.state != EnrolmentState.WITHDRAWN)
    return db.session.scalar(taken) or 0


def lock_cohort(cohort_id: int) -> Cohort:
    """The cohort, held until the transaction ends, so that two writers of one roster come one after the other.
    (SQLite lets one writer in anyway.)
    """
    query = select(Cohort).where(Cohort.id == cohort_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _check(details: CohortDetails) -> None:
    _checked_title(details.title)
    if details.ends_on < details.starts_on:
        raise Refusal(_("The last day must not be before the first."), field="ends_on")
    if not 1 <= details.capacity <= LARGEST:
        raise Refusal(_("Write a number from 1 to %(count)s.", count=LARGEST), field="capacity")
    if details.timezone not in time_zones():
        raise Refusal(_("Choose one of the time zones."), field="timezone")
    if details.language not in LANGUAGES:
        raise Refusal(_("Choose one of the languages."), field="language")
    if details.site_id is not None and db.session.get(Site, details.site_id) is None:
        raise Refusal(_("Choose one of the sites."), field="site_id")


def _checked_title(title: str) -> str:
    title = names.clean(title)
    if not title:
        raise Refusal(_("Write a title."), field="title")
    if len(title) > 160:
        raise Refusal(_("A title may have at most %(count)s characters.", count=160), field="title")
    return title


def _refuse_twin(title: str, but: Programme | None) -> None:
    found = db.session.scalar(select(Programme).where(func.lower(Programme.title) == title.lower()))
    if found is not None and found is not but:
        raise Refusal(_("There is a programme of this title already."), field="title")


def _exists(condition: object, model: type[Programme] | type[Cohort]) -> bool:
    return db.session.scalar(select(model.id).where(condition).limit(1)) is not None  # type: ignore[arg-type]


def _write(cohort: Cohort, details: CohortDetails) -> None:
    for name, value in vars(details).items():
        setattr(cohort, name, names.clean(value) if name == "title" else value)
