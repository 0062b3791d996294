def changed_files(folder, old, new):
    result = {}
    for line in our_git(folder, "diff", "--name-status", old, new).splitlines():
        letter, name = line.split()[:2]
        result[name] = "added" if letter == "A" else "changed"
    return result
