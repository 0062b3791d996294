def seat_plan(rows, letters):
    plan = ""
    for row in range(1, rows):
        for letter in letters:
            plan += f"{row}{letter} "
        plan += "\n"
    return plan
