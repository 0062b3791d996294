def parse_headers(lines):
    headers = {}
    for line in lines:
        parts = line.split(":")
        headers[parts[0].lower()] = parts[1].strip()
    return headers
