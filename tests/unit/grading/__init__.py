"""Tests of the grading engine that need no sandbox."""
