"""Tests of the notebook renderer."""
