def find_bookings(connection, visitor):
    question = f"SELECT day, bench_id FROM bookings WHERE visitor = '{visitor}' ORDER BY day, bench_id"
    return connection.execute(question).fetchall()
