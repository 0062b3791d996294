from urllib.parse import parse_qs


def read_form(body):
    fields = parse_qs(body.decode("utf-8"))
    return {name: values[0] for name, values in fields.items()}
