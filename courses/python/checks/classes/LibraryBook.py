class LibraryBook:
    def __init__(self, title):
        self.title = title
        self.reader = None
        self.times_lent = 0

    def lend(self, reader):
        self.times_lent += 1
        if self.reader is not None:
            raise ValueError(f"{self.title} is with {self.reader}")
        self.reader = reader

    def give_back(self):
        self.reader = None
