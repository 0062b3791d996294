from statistics import median

def despike(values, n):
    half = n // 2
    result = list(values)
    for i in range(half, len(values) - half):
        result[i] = median(values[i - half : i + half + 1])
    return result
