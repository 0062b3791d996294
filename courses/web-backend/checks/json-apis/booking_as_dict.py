def booking_as_dict(booking):
    result = dict(vars(booking))
    result["day"] = booking.day.isoformat()
    result["tools"] = sorted(booking.tools)
    return result
