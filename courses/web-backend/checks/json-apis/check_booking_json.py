def check_booking(data):
    if not isinstance(data, dict):
        return [{"field": None, "message": "Send a JSON object."}]
    errors = []
    if not data.get("visitor", "").strip():
        errors.append({"field": "visitor", "message": "Send a text that is not empty."})
    if not isinstance(data.get("places"), int) or not 1 <= data["places"] <= 4:
        errors.append({"field": "places", "message": "Send a whole number from 1 to 4."})
    try:
        date.fromisoformat(data.get("day", ""))
    except ValueError:
        errors.append({"field": "day", "message": "Send a date such as 2026-03-07."})
    return errors
