def minutes_of_day(clock):
    print(int(clock[0:2]) * 60 + int(clock[3:5]))
