"""Kisälli: the platform's packages. Kept empty so that ``import app.grading`` loads no Flask."""
