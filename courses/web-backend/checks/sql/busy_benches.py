BUSY_BENCHES = """
    SELECT benches.name, COUNT(*) AS number
    FROM benches
    LEFT JOIN bookings ON bookings.bench_id = benches.id
    GROUP BY benches.id
    ORDER BY number DESC, benches.name
"""
