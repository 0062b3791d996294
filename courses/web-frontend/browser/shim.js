globalThis.atob ??= function (text) {
  const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let bits = 0, value = 0, out = "";
  for (const sign of text.replace(/=+$/, "")) {
    value = (value << 6) | signs.indexOf(sign); bits += 6;
    if (bits >= 8) { bits -= 8; out += String.fromCharCode((value >> bits) & 255); }
  }
  return out;
};
