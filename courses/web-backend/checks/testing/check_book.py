class FakeMail:
    def __init__(self):
        self.sent = []

    def send(self, to, subject, text):
        self.sent.append((to, subject, text))


def check_book(book):
    mail, taken = FakeMail(), set()
    assert book({"name": "Mia", "email": "mia@example.org"}, 2, taken, mail)
    assert 2 in taken
    assert mail.sent
    assert not book({"name": "Ali", "email": "ali@example.org"}, 2, taken, mail)
