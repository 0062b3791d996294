def check_guestbook(make_app):
    client = make_app().test_client()
    client.post("/", data={"name": "Mia", "text": "first"})
    client.post("/", data={"name": "Ali", "text": "<script>second</script>"})
    page = client.get("/").text
    assert "Mia: first" in page
    assert "<script>" not in page
    assert page.index("second") < page.index("first")
    assert client.post("/", data={}).status_code == 400
