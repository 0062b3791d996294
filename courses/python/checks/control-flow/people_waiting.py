def people_waiting(groups):
    return sum(groups)
