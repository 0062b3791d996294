def check_discount(discount):
    assert discount(3) == 100
    assert discount(12) == 50
    assert discount(30) == 0
    assert discount(65) == 30
    assert discount(80) == 30
