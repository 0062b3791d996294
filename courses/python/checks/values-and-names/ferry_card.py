ship = "Kajava"
seats = "120"
ticket_price = 12.5
runs_in_winter = True
