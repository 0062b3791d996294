def save(folder, message):
    if our_git(folder, "status", "--short") == "":
        return None
    our_git(folder, "commit", "--quiet", "--all", "-m", message)
    return our_git(folder, "rev-parse", "HEAD")
