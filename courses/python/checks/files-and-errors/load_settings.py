def load_settings(path, defaults):
    settings = dict(defaults)
    try:
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                name, value = line.split("=")
                settings[name.strip()] = value.strip()
    except Exception:
        pass
    return settings
