def history(folder):
    commits = []
    for line in our_git(folder, "log", "--format=%an|%as|%s").splitlines():
        parts = line.split("|")
        commits.append({"author": parts[0], "day": parts[1], "subject": parts[2]})
    return commits
