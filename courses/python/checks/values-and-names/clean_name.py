def clean_name(typed):
    typed.strip()
    clean = typed.title()
    return clean
