def hourly(readings):
    series = pd.Series([c for t, c in readings], index=pd.DatetimeIndex([t for t, c in readings]))
    return series.resample("1h").agg(["mean", "min", "max", "count"]).ffill()
