"""Tests of the grading engine against real sandboxes."""
