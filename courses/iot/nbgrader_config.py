"""nbgrader's settings for this course: run `nbgrader generate_assignment NAME` in this folder."""

c = get_config()  # noqa: F821  nbgrader runs this file with get_config defined
c.CourseDirectory.course_id = "iot"
# A broker has to start first on some computers; a cell stops after this many seconds.
c.ExecutePreprocessor.timeout = 30
