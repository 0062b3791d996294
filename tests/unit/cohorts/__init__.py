"""Unit tests of cohorts."""
