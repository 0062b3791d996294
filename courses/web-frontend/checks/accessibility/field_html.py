def field_html(field, label, value, error):
    return (
        f'<label for="{field}">{label}</label> <input id="{field}" name="{field}" value="{value}" aria-invalid="true" '
        f'aria-describedby="{field}-error"><p id="{field}-error">{error}</p>'
    )
