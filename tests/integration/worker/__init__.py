"""Tests of the workers as real processes."""
