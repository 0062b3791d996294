"""Teams made by hand: who is in them when, who may see and change them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.cohorts.states import EnrolmentState, StaffRole
from app.platform.errors import Refusal
from app.teams import queries, services
from app.teams.states import TeamState
from tests import factories


def loaded(team: Any) -> Any:
    """The team as a page reads it."""
    return queries.team_by_id(team.id)


def test_joining_another_team_ends_the_first_and_keeps_its_dates(app: Flask) -> None:
    cohort = factories.cohort()
    aino = factories.enrolment(cohort)
    first = services.create_team(cohort, "Ruissalo")
    second = services.create_team(cohort, "Hirvensalo")
    services.add_member(first, aino)
    services.add_member(second, aino, role="front-end")
    assert services.add_member(second, aino).team_id == second.id
    before = loaded(first).memberships
    assert len(before) == 1 and before[0].ended_at is not None
    present = loaded(second).memberships
    assert [(m.enrolment_id, m.ended_at, m.role) for m in present] == [(aino.id, None, "front-end")]
    assert before[0].ended_at == present[0].started_at
    assert queries.present_team(aino.id) == second


def test_names_are_unique_in_the_cohort_and_addresses_are_plain(app: Flask) -> None:
    cohort = factories.cohort()
    team = services.create_team(cohort, "  Saaristo   Ääkköset ")
    assert (team.name, team.slug) == ("Saaristo Ääkköset", "saaristo-aakkoset")
    with pytest.raises(Refusal):
        services.create_team(cohort, "SAARISTO ääkköset")
    assert services.create_team(cohort, "Saaristo-Aakkoset!").slug == "saaristo-aakkoset-2"
    assert services.create_team(factories.cohort(), "Saaristo Ääkköset").slug == "saaristo-aakkoset"
    with pytest.raises(Refusal):
        services.create_team(cohort, "   ")


def test_strangers_to_the_cohort_cannot_join(app: Flask) -> None:
    cohort = factories.cohort()
    team = services.create_team(cohort, "A")
    with pytest.raises(Refusal):
        services.add_member(team, factories.enrolment(factories.cohort()))
    with pytest.raises(Refusal):
        services.add_member(team, factories.enrolment(cohort, state=EnrolmentState.WITHDRAWN))


def test_ended_team_keeps_its_history_and_takes_nobody(app: Flask) -> None:
    cohort = factories.cohort()
    aino = factories.enrolment(cohort)
    team = services.create_team(cohort, "A")
    services.add_member(team, aino)
    services.end_team(loaded(team))
    assert team.state is TeamState.ENDED
    assert loaded(team).memberships[0].ended_at is not None
    assert [row.id for row in queries.people_without_team(cohort)] == [aino.id]
    with pytest.raises(Refusal):
        services.add_member(team, aino)


def test_coordinator_forms_a_team_in_the_pages(app: Flask, as_person: Any) -> None:
    cohort = factories.cohort()
    aino = factories.enrolment(cohort)
    coordinator = as_person(factories.staff(cohort, StaffRole.COORDINATOR))
    assert "Nobody" not in coordinator.get(f"/cohorts/{cohort.slug}/teams").text
    kept = coordinator.post(f"/cohorts/{cohort.slug}/teams/new", data={"name": "", "description": "An app"})
    assert "An app" in kept.text
    made = coordinator.post(f"/cohorts/{cohort.slug}/teams/new", data={"name": "Ruissalo", "description": "An app"})
    page = coordinator.get(made.location)
    assert aino.person.full_name in page.text
    added = coordinator.post(made.location + "/members", data={"enrolment_id": aino.id, "role": "back-end"})
    assert added.status_code == 302
    team = queries.present_team(aino.id)
    assert team is not None and team.name == "Ruissalo"
    membership = loaded(team).memberships[0]
    coordinator.post(f"/teams/{team.id}/members/{membership.id}/end")
    assert queries.present_team(aino.id) is None
    assert aino.person.full_name in coordinator.get(f"/teams/{team.id}").text


def test_who_sees_a_team(app: Flask, as_person: Any) -> None:
    cohort = factories.cohort()
    inside, outside = factories.enrolment(cohort), factories.enrolment(cohort)
    team = services.create_team(cohort, "Ruissalo")
    services.add_member(team, inside)
    address = f"/teams/{team.id}"
    assert as_person(inside.person).get(address).status_code == 200
    assert as_person(outside.person).get(address).status_code == 404
    assert as_person(factories.person()).get(address).status_code == 404
    assert as_person(factories.staff(cohort)).get(address).status_code == 200
    assert as_person(inside.person).post(f"{address}/end").status_code == 403
    assert as_person(inside.person).get(f"/cohorts/{cohort.slug}/teams").status_code == 403


def test_list_runs_the_same_queries_for_one_team_and_for_many(app: Flask, as_person: Any, queries: Any) -> None:
    cohort = factories.cohort()
    coach = as_person(factories.staff(cohort))
    address = f"/cohorts/{cohort.slug}/teams"

    def team_of_three(name: str) -> None:
        team = services.create_team(cohort, name)
        for _ in range(3):
            services.add_member(team, factories.enrolment(cohort))

    team_of_three("First")
    coach.get(address)
    with queries() as few:
        coach.get(address)
    for number in range(12):
        team_of_three(f"Team {number}")
    with queries() as many:
        coach.get(address)
    assert many.count == few.count
