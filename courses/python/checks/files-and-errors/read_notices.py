def read_notices(path):
    notices = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line != "\n" and not line.startswith("#"):
                notices.append(line.strip())
    return notices
