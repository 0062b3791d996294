def parse_request_line(line):
    method, target, version = line.split()
    return method, target, version
