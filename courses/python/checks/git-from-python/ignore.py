def ignore(folder, pattern):
    path = Path(folder) / ".gitignore"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if pattern in text:
        return False
    path.write_text(text + pattern + "\n", encoding="utf-8")
    return True
