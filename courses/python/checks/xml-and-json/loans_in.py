def loans_in(text):
    result = {}
    for book in ET.fromstring(text).iter("{https://library.example/books}book"):
        for name, value in book.attrib.items():
            if name.endswith("status") and value == "out":
                result[book[0].text] = book[-1].text
    return result
