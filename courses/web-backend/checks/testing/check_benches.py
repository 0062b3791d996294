def check_benches(make_app):
    client = make_app().test_client()
    assert client.get("/benches/1").status_code == 200
    assert client.get("/benches/9").status_code == 404
    assert client.post("/benches/1").status_code == 303
    assert client.get("/benches/1").get_json()["free"] is False
    assert client.post("/benches/1").status_code == 409
