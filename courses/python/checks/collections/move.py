def move(plan, name, old, new):
    result = plan.copy()
    if name in result.get(old, []):
        result[old].remove(name)
        result.setdefault(new, []).append(name)
    return result
