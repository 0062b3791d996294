"""Tests of the check of the courses with the real engine."""
