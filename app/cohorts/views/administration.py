"""Sites, and who coordinates a site or a programme."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from app.accounts.rules import ADMINISTER
from app.cohorts import queries, services
from app.cohorts.forms import GrantForm, SiteForm
from app.cohorts.models import CoordinatorGrant, Programme, Site
from app.cohorts.views import blueprint
from app.cohorts.views.common import me, refuse
from app.platform.database import db
from app.platform.errors import Refusal
from app.platform.i18n import gettext as _
from app.platform.permissions import requires


def load_grant(grant_id: int) -> CoordinatorGrant | None:
    """The grant of an address."""
    return db.session.get(CoordinatorGrant, grant_id)


@blueprint.route("/admin/sites", methods=["GET", "POST"])
@requires(ADMINISTER)
def sites() -> Any:
    """All sites; make one."""
    form = SiteForm()
    status = 200
    if form.validate_on_submit():
        try:
            site = services.create_site(form.name.data or "", form.city.data or "", by=me())
        except Refusal as refusal:
            refuse(form, refusal)
            status = 422
        else:
            flash(_("%(name)s is made.", name=site.name), "good")
            return redirect(url_for("cohorts.sites"))
    elif form.is_submitted():
        status = 422
    return render_template("cohorts/sites.html", form=form, sites=queries.sites()), status


@blueprint.route("/admin/coordinators", methods=["GET", "POST"])
@requires(ADMINISTER)
def coordinators() -> Any:
    """Who coordinates which site or programme; name somebody."""
    form = GrantForm(programmes=queries.programmes(), sites=queries.sites())
    status = 200
    if form.validate_on_submit():
        kind, _colon, number = form.scope.data.partition(":")
        site = db.session.get(Site, int(number)) if kind == "site" else None
        programme = db.session.get(Programme, int(number)) if kind == "programme" else None
        try:
            services.grant_coordinator(
                form.email.data or "",
                by=me(),
                first_name=form.first_name.data or "",
                last_name=form.last_name.data or "",
                site=site,
                programme=programme,
            )
        except Refusal as refusal:
            db.session.rollback()
            refuse(form, refusal)
            status = 422
        else:
            flash(_("%(email)s is named.", email=form.email.data), "good")
            return redirect(url_for("cohorts.coordinators"))
    elif form.is_submitted():
        status = 422
    has_scopes = bool(form.scope.choices)
    return (
        render_template("cohorts/coordinators.html", form=form, grants=queries.grants(), has_scopes=has_scopes),
        status,
    )


@blueprint.post("/admin/coordinators/<int:grant_id>/end")
@requires(ADMINISTER, load=load_grant)
def end_grant(subject: CoordinatorGrant) -> Any:
    """End a grant."""
    services.revoke_grant(subject, by=me())
    flash(_("Ended. Cohorts in which the person works are not touched."), "good")
    return redirect(url_for("cohorts.coordinators"))
