from workshop_models import Bench, Booking


def door_list(session, day):
    bookings = session.scalars(select(Booking).where(Booking.day == day))
    return sorted(f"{booking.bench.name}: {booking.visitor}" for booking in bookings)
