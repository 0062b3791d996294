def check_booking(form):
    values, errors = {}, {}
    values["visitor"] = form.get("visitor", "").strip()
    if len(values["visitor"]) > 40:
        errors["visitor"] = "Please write a name of 1 to 40 characters."
    values["bench"] = int(form.get("bench", "0"))
    if values["bench"] not in (1, 2, 3, 4):
        errors["bench"] = "Please choose a bench from 1 to 4."
    values["day"] = form.get("day", "")
    if values["day"] not in ("tue", "wed", "thu", "fri", "sat"):
        errors["day"] = "Please choose a day from Tuesday to Saturday."
    return values, errors
