menu_css = r"""
.menu { display: flex; gap: 1rem; align-items: center; }
ul { list-style: none; margin: 0; padding: 0; }
.menu a { padding: 0.5rem; text-decoration: none; }
.menu a:hover { text-decoration: underline; }
"""
