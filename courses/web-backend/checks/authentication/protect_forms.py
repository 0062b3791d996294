def protect_forms(app):
    @app.context_processor
    def give_token():
        return {"csrf_token": lambda: session.setdefault("csrf_token", secrets.token_urlsafe(32))}

    @app.before_request
    def check_token():
        if request.method == "POST" and request.form.get("csrf_token", "") != session.get("csrf_token", ""):
            abort(400)
