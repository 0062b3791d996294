"""What the check of the courses is made of: reading course folders, their form, the engine, nbgrader's own word."""
