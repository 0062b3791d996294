def by_author(books):
    shelf = {}
    for author, title in books:
        shelf.setdefault(author, []).append(title)
    for author in shelf:
        shelf[author].sort()
    return shelf
