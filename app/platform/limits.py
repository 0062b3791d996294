"""Limits on what people hand in; one place, so that pages, services and tests agree."""

from __future__ import annotations

NOTEBOOK_BYTES = 10 * 2**20
NOTEBOOK_CELLS = 2000
FILES_PER_HAND_IN = 20
UNPACKED_BYTES = 60 * 2**20
ROSTER_BYTES = 2 * 2**20
ROSTER_ROWS = 5000
SIGN_IN_TRIES = 8
SIGN_IN_TRIES_PER_ADDRESS = 40
SIGN_IN_WINDOW_MINUTES = 15
