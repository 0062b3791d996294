def check_table(table, start):
    states = {start} | {state for state, event in table} | set(table.values())
    left = {state for state, event in table}
    return {
        "unreachable": sorted(states - set(table.values()) - {start}),
        "stuck": sorted(states - left),
    }
