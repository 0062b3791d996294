"""What happens at the same moment: one file confirmed twice, one person in two files, many tries to sign in."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.accounts import services as accounts
from app.accounts.models import Person, SignInAttempt
from app.cohorts import services
from app.cohorts.models import Cohort, Enrolment, RosterImport
from app.cohorts.services import PlanChanged
from app.cohorts.states import StaffRole
from app.factory import create_app
from app.platform import limits
from app.platform.database import db, writing
from app.platform.errors import Refusal
from tests import factories
from tests.conftest import make_postgresql_database

FILE = b"student_id,first_name,email\n" + b"".join(b"s%d,P,p%d@example.org\n" % (i, i) for i in range(30))


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application with a database of its own, in which transactions really commit."""
    if request.param == "postgresql":
        address = make_postgresql_database(f"kisalli_concurrency_{os.getpid()}")
    else:
        address = f"sqlite:///{tmp_path / 'site.db'}"
    app = create_app({"TESTING": True, "SQLALCHEMY_DATABASE_URI": address, "SECRET_KEY": "x" * 40})
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def at_once(site: Flask, *acts: Callable[[], Any]) -> list[Any]:
    """Run acts in threads that begin together, each with its own transaction; what each gave or raised."""
    results: list[Any] = [None] * len(acts)
    barrier = threading.Barrier(len(acts))

    def run(number: int) -> None:
        with site.app_context(), site.test_request_context(method="POST"), writing():
            barrier.wait(30)
            try:
                results[number] = acts[number]()
                db.session.commit()
            except Exception as error:
                db.session.rollback()
                results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


def begun(slug: str) -> tuple[int, int, int, str]:
    """A cohort with a coordinator and a file under preview: their ids and what the preview showed."""
    cohort = factories.cohort(slug=slug, capacity=40)
    by = factories.staff(cohort, StaffRole.COORDINATOR)
    row = services.begin_import(cohort, FILE, "roster.csv", by=by)
    return cohort.id, by.id, row.id, row.plan_digest


def confirm(ids: tuple[int, int, int, str]) -> Callable[[], Any]:
    def act() -> Any:
        cohort, by = db.session.get_one(Cohort, ids[0]), db.session.get_one(Person, ids[1])
        return services.apply_import(cohort, db.session.get_one(RosterImport, ids[2]), by=by, shown=ids[3])

    return act


def test_file_confirmed_twice_is_brought_in_once(site: Flask) -> None:
    with site.app_context(), writing():
        ids = begun("ours")
        db.session.commit()
    results = at_once(site, confirm(ids), confirm(ids))
    assert sum(isinstance(result, Refusal) for result in results) == 1, results
    with site.app_context():
        assert db.session.query(Enrolment).count() == 30
        assert db.session.query(Person).count() == 31


def test_one_person_in_two_cohorts_files_gets_one_account(site: Flask) -> None:
    with site.app_context(), writing():
        ours, theirs = begun("ours"), begun("theirs")
        db.session.commit()
    results = at_once(site, confirm(ours), confirm(theirs))
    # The later one is told to look again (its preview said "new person"), and nothing of it is written half.
    assert sum(isinstance(result, PlanChanged) for result in results) == 1, results
    with site.app_context():
        assert db.session.query(Enrolment).count() == 30
        assert db.session.query(Person).count() == 32


def test_last_place_is_given_once(site: Flask) -> None:
    with site.app_context(), writing():
        cohort = factories.cohort(capacity=1)
        by = factories.staff(cohort, StaffRole.COORDINATOR)
        ids = cohort.id, by.id
        db.session.commit()

    def enrol(email: str) -> Callable[[], Any]:
        return lambda: services.enrol(db.session.get_one(Cohort, ids[0]), email, by=db.session.get_one(Person, ids[1]))

    results = at_once(site, *(enrol(f"p{number}@example.org") for number in range(4)))
    assert sum(isinstance(result, Refusal) for result in results) == 3, results
    with site.app_context():
        assert db.session.query(Enrolment).count() == 1


def test_tries_sent_at_once_do_not_pass_the_limit(site: Flask) -> None:
    with site.app_context(), writing():
        person = factories.person(email="aino@example.org")
        accounts.set_password(person, "a lantern on the pier")
        db.session.commit()
    tries = limits.SIGN_IN_TRIES + 6
    results = at_once(
        site, *(lambda: accounts.sign_in("aino@example.org", "wrong one here", "192.0.2.1") for _ in range(tries))
    )
    looked_at = sum(result is None for result in results)
    assert 0 < looked_at <= limits.SIGN_IN_TRIES, results
    with site.app_context():
        assert db.session.query(SignInAttempt).count() == looked_at


def test_link_used_at_once_sets_one_password(site: Flask) -> None:
    from app.accounts.states import LinkPurpose

    with site.app_context(), writing():
        person = factories.person(email="noora@example.org")
        token = accounts.invite(person, None).rsplit("/", 1)[1]
        db.session.commit()

    def use(password: str) -> Callable[[], Any]:
        def act() -> Any:
            link = accounts.find_link(token, LinkPurpose.INVITATION)
            if not isinstance(link, accounts.LinkTrouble):
                return accounts.use_link(link, password).id
            return link

        return act

    results = at_once(site, use("a lantern on the pier"), use("quite another lantern"))
    assert sum(isinstance(result, int) for result in results) == 1, results
