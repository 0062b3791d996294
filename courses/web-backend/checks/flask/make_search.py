def make_search(tools):
    app = Flask("workshop")

    @app.get("/tools")
    def search():
        words = request.args.get("q", "").strip()
        found = sorted(tool for tool in tools if words.lower() in tool.lower())
        heading = f"Tools with “{words}”" if words else "All tools"
        items = "".join(f"<li>{tool}</li>" for tool in found) or "<p>Nothing found.</p>"
        return f"<h1>{heading}</h1>{items}"

    return app
