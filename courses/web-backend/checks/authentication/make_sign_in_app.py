def make_sign_in_app(check, secret_key):
    app = Flask("workshop")
    app.secret_key = secret_key

    @app.post("/sign-in")
    def sign_in():
        session["name"] = request.form["name"]
        if not check(request.form["name"], request.form["password"]):
            return "Name or password is wrong.", 401
        return redirect("/me", 303)

    @app.route("/sign-out", methods=["GET", "POST"])
    def sign_out():
        session.clear()
        return redirect("/me", 303)

    @app.get("/me")
    def me():
        return f"You are {session['name']}." if "name" in session else "You are not signed in."

    return app
