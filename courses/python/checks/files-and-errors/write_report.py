def write_report(path, totals):
    with open(path, "a", encoding="utf-8") as file:
        file.write("day,passengers\n")
        for day in sorted(totals):
            file.write(f"{day},{totals[day]}\n")
        file.write(f"total,{sum(totals.values())}\n")
