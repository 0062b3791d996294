"""The migrations make the very database that the models describe, on both engines."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.factory import create_app
from app.platform import migrations
from app.platform.database import db
from tests.conftest import make_postgresql_database


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of its own."""
    if request.param == "postgresql":
        return make_postgresql_database(f"kisalli_migrations_{os.getpid()}")
    return f"sqlite:///{tmp_path / 'new.db'}"


def test_migrated_database_agrees_with_the_models(address: str, tmp_path: Path) -> None:
    app = create_app({"INSTANCE": tmp_path, "SQLALCHEMY_DATABASE_URI": address, "TESTING": True})
    with app.app_context():
        assert not migrations.is_current()
        before, after = migrations.upgrade()
        assert before is None and after is not None
        assert migrations.is_current()
        assert migrations.differences() == []
        assert migrations.upgrade() == (after, after)
        migrations.downgrade("base")
        assert not migrations.is_current()
        db.engine.dispose()
