BIG_BENCHES = """
    SELECT name, places
    FROM benches
    WHERE broken_since = NULL AND places >= 3
    ORDER BY places DESC
"""
