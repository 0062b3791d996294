cards_css = r"""
@media (min-width: 40em) {
  .cards { grid-template-columns: repeat(2, 1fr); }
}
@media (min-width: 64em) {
  .cards { grid-template-columns: repeat(3, 1fr); }
}
.cards { display: grid; gap: 1.5rem; grid-template-columns: 1fr; }
"""
