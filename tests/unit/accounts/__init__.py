"""Unit tests of accounts."""
