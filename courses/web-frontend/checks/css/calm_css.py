calm_css = r"""
.top { background: #24445c; }
a.current { color: #ffd166; }
.menu a { color: white; }
.content p { color: #b00020; }
"""
