def moisture(raw, dry, wet):
    if dry == wet:
        raise ValueError("calibrate the sensor first")
    if raw <= wet:
        return 100
    if raw >= dry:
        return 0
    return round((dry - raw) / (dry - wet) * 100)
