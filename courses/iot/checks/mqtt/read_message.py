def read_message(payload):
    data = json.loads(payload)
    if "value" not in data or "unit" not in data:
        raise ValueError("a key is missing")
    return float(data["value"]), data["unit"]
