def book_for_group(connection, visitor, bench_ids, day):
    try:
        for bench_id in bench_ids:
            connection.execute(
                "INSERT INTO bookings (bench_id, visitor, day) VALUES (?, ?, ?)", (bench_id, visitor, day)
            )
            connection.commit()
    except sqlite3.IntegrityError:
        return False
    return True
