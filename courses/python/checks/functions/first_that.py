def first_that(values, test):
    for value in values:
        if test(value):
            return value
        else:
            return None
