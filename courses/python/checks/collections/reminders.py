def reminders(loans, today):
    late = [loan for loan in loans if loan["due"] <= today]
    late.sort(key=lambda loan: loan["due"])
    return [f"{loan['reader']}: {loan['title']} (due {loan['due']})" for loan in late]
