"""The grading engine: nbgrader's scores from a sandbox, with no Flask and no database. Its interface is `app.grading.api`."""
