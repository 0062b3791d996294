from datetime import date as real_date

def remind(loan, today, send):
    if real_date.today() > loan["due"]:
        send(loan["reader"], f"Please bring back {loan['title']}")
        return True
    return False
