winners = {"a": "orange", "first p": "green", "strong": "gray", "third p": "purple"}
