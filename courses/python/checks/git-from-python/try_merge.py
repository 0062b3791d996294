def try_merge(folder, branch):
    result = subprocess.run(["git", "merge", "--no-edit", branch], cwd=folder, capture_output=True, text=True)
    if result.returncode == 0:
        return []
    return our_git(folder, "diff", "--name-only", "--diff-filter=U").splitlines()
