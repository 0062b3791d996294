"""Pages of long lists, with addresses that can be shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import Select, func, select

from app.platform.database import db

PER_PAGE = 50


@dataclass(frozen=True)
class Page:
    """One page: ``rows`` of it, its ``number`` from 1, and the count of all rows."""

    rows: Sequence[Any]
    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.per_page))

    def url(self, number: int) -> str:
        """The address of another page of the same list with the same filters."""
        arguments = {**(request.view_args or {}), **request.args.to_dict(), "page": number}
        return url_for(request.endpoint or "", **arguments)


def page_number() -> int:
    """The page asked for in the address; 1 where it is missing or no number."""
    return max(1, request.args.get("page", default=1, type=int) or 1)


def paginate(query: Select[Any], number: int | None = None, per_page: int = PER_PAGE) -> Page:
    """Run ``query`` for one page; two queries whatever the length."""
    number = number or page_number()
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    number = min(number, max(1, -(-total // per_page)))
    rows = db.session.scalars(query.limit(per_page).offset((number - 1) * per_page)).unique().all()
    return Page(rows, number, total, per_page)
