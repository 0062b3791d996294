"""Every write of the curriculum: courses come in as versions, and the list of skills is kept."""

from __future__ import annotations

from app.curriculum.services.importing import Imported, import_course
from app.curriculum.services.report import ImportRefused, Line, Report
from app.curriculum.services.skills import seed_skills

__all__ = ["ImportRefused", "Imported", "Line", "Report", "import_course", "seed_skills"]
