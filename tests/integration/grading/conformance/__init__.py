"""The engine and nbgrader itself, side by side."""
