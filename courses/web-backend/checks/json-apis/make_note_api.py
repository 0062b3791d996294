def make_note_api():
    app = Flask("note")
    note = {"text": "", "version": 1}

    @app.get("/note")
    def read_note():
        return {"text": note["text"]}, 200, {"ETag": f'"{note["version"]}"'}

    @app.put("/note")
    def write_note():
        if "If-Match" not in request.headers:
            abort(428)
        note["text"] = request.get_json()["text"]
        note["version"] += 1
        if request.headers["If-Match"] != f'"{note["version"] - 1}"':
            abort(412)
        return {"text": note["text"]}, 200, {"ETag": f'"{note["version"]}"'}

    return app
