to_cents = r"""
function toCents(text) {
  const value = Number(text.replace(",", ".").replace("€", ""));
  if (Number.isNaN(value)) return null;
  return value * 100;
}
"""
