import hashlib


def create_account(accounts, name, password):
    if len(password) < 10:
        raise ValueError("too short")
    accounts[name] = hashlib.sha256(password.encode()).hexdigest()


def check_account(accounts, name, password):
    return accounts.get(name) == hashlib.sha256(password.encode()).hexdigest()
