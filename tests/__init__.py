"""Tests: unit (no database), integration (real database, sandbox, git), browser (real Chromium)."""
