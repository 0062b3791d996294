theme_css = r"""
:root { --paper: #ffffff; --ink: #777777; --accent: #3fae80; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #12181c; --ink: #e8eef2; }
}
body { background: var(--paper); color: var(--ink); }
a { color: var(--accent); }
:focus { outline: none; }
"""
