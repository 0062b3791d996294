def check_ticket_price(ticket_price):
    assert ticket_price(3) == 0
    assert ticket_price(7) == 625
    assert ticket_price(30) == 1250
    assert ticket_price(80) == 900
