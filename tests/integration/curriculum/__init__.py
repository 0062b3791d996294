"""Tests of the curriculum on a real database."""
