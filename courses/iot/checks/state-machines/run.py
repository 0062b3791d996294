def run(table, start, events):
    states = [start]
    state = start
    for event in events:
        if (state, event) in table:
            state = table[state, event]
            states.append(state)
    return states
