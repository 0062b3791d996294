"""Every write of the curriculum: courses come in as versions and go out as folders, and the list of skills is kept."""

from __future__ import annotations

from app.curriculum.services.archives import from_zip
from app.curriculum.services.background import KIND as IMPORT_KIND
from app.curriculum.services.background import order_import
from app.curriculum.services.exporting import export_files, export_zip
from app.curriculum.services.fetching import from_git, name_of
from app.curriculum.services.importing import Imported, import_course
from app.curriculum.services.report import ImportRefused, Line, Report
from app.curriculum.services.skills import seed_skills

__all__ = [
    "IMPORT_KIND",
    "ImportRefused",
    "Imported",
    "Line",
    "Report",
    "export_files",
    "export_zip",
    "from_git",
    "from_zip",
    "import_course",
    "name_of",
    "order_import",
    "seed_skills",
]
