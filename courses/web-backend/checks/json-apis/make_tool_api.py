def make_tool_api():
    app = Flask("tools")
    tools = {}

    @app.get("/tools")
    def list_tools():
        return {"items": list(tools.values())}

    @app.post("/tools")
    def add_tool():
        data = request.get_json()
        if "name" not in data:
            abort(400)
        number = len(tools) + 1
        tools[number] = {"id": number, "name": data["name"]}
        return tools[number], 201, {"Location": f"/tools/{number}"}

    @app.get("/tools/<int:number>")
    def show_tool(number):
        return tools.get(number) or abort(404)

    @app.delete("/tools/<int:number>")
    def remove_tool(number):
        tools.pop(number, None)
        return "", 204

    return app
