def clean(values, alpha):
    smoother = Smoother(alpha)
    return despike([smoother.update(value) for value in values], 3)
