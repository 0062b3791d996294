"""Tests of the courses' form and of the check that proves them."""
