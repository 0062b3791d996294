"""Runs the ledger's jobs: beside the web server, or on machines of their own."""
