"""The people of the demo cohort; they exist nowhere else."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

PASSWORD = "kisalli-demo"


@dataclass(frozen=True)
class Character:
    """A trainee of the demo: how much of the work goes wrong, and what is not handed in at all."""

    first_name: str
    last_name: str
    slips: int = 0
    misses: frozenset[str] = frozenset()
    late: bool = False
    attempts: int = 1
    language: str = "en"

    @property
    def student_id(self) -> str:
        """nbgrader's key."""
        plain = unicodedata.normalize("NFKD", f"{self.first_name}.{self.last_name}").encode("ascii", "ignore").decode()
        return plain.lower().replace(" ", "")


COACH = ("coach@demo.example", "Marja", "Heikkilä")
COORDINATOR = ("coordinator@demo.example", "Petri", "Saarinen")
ADMINISTRATOR = ("admin@demo.example", "Ilta", "Vuorela")
TRAINEE = Character("Aino", "Lehtinen", slips=2, attempts=2)

TRAINEES = (
    TRAINEE,
    Character("Fatima", "Al-Rashid", slips=1),
    Character("Samuel", "Okonkwo", slips=0),
    Character("Elina", "Korhonen", slips=3, attempts=2, language="fi"),
    Character("Nguyen", "Minh Anh", slips=1, late=True),
    Character("Väinö", "Mäkelä", slips=4, attempts=3, language="fi"),
    Character("Carlos", "Figueiredo", slips=2),
    Character("Oksana", "Bondar", slips=0),
    Character("Jānis", "Ozoliņš", slips=2, late=True),
    Character("Helmi", "Rantanen", slips=5, misses=frozenset({"control-flow", "functions"}), language="fi"),
    Character("Yusuf", "Demir", slips=1, misses=frozenset({"control-flow"})),
    Character("Liisa", "Tamm", slips=3),
)
