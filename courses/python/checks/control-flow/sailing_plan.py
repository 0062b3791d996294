def sailing_plan(wind, ice):
    if ice:
        return "slow"
    if wind >= 20:
        return "stay"
    if wind >= 14:
        return "slow"
    return "normal"
