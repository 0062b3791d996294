till = r"""
class TillError extends Error {}

class Till {
  balance = 0;

  take(cents) {
    if (!cents) throw new TypeError("how much?");
    this.balance += cents;
  }

  pay(cents) {
    this.balance -= cents;
    if (this.balance < 0) throw new TillError(`only ${this.balance} cents in the till`);
  }
}
"""
