reading_css = r"""
body { font-family: system-ui, sans-serif; line-height: 1.5; }
p { max-width: 65ch; }
a { color: #0b6e4f; }
h1 ~ p { font-size: 1.25rem; }
"""
