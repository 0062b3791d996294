"""`python -m app.grading doctor`: what sandbox this host gives and what is missing, with the remedy."""

from __future__ import annotations

from app.grading.host import check_host


def doctor() -> int:
    """Print the report; 0 where a full sandbox can be had, else 1."""
    report = check_host(fresh=True)
    print(f"sandbox: {report.sandbox}")
    for problem in report.problems:
        print(f"- {problem.what}. {problem.why} {problem.remedy}")
    return 0 if report.sandbox == "full" else 1
