def use_json_errors(app):
    @app.errorhandler(404)
    @app.errorhandler(400)
    def as_json(error):
        return {"error": {"status": error.code, "message": error.description, "path": request.path}}, error.code

    @app.errorhandler(Exception)
    def crash(error):
        return {"error": {"status": 500, "message": repr(error), "path": request.path}}, 500
