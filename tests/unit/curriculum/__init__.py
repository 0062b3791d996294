"""Tests of the curriculum that need no database."""
