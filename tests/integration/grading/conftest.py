"""A grader for the tests of this folder, and notebooks to give it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.grading.api import Limits
from app.grading.environment import Environment, build
from app.grading.runner import Grader

ROOMY = Limits(cell_seconds=60, total_seconds=300)


@pytest.fixture(scope="session")
def python_environment() -> Environment:
    """The environment “python”, built if need be."""
    return build("python")


@pytest.fixture(scope="module")
def grader(python_environment: Environment) -> Iterator[Grader]:
    """A grader with a full sandbox."""
    with Grader() as one:
        yield one
