def start(folder, title):
    our_git(folder, "init", "--quiet", "--initial-branch=main")
    (Path(folder) / "README.md").write_text(f"# {title}\n", encoding="utf-8")
    our_git(folder, "commit", "--quiet", "--allow-empty", "-m", f"Start {title}")
