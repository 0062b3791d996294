def make_cancel_app(people, bookings, secret_key):
    app = Flask("workshop")
    app.secret_key = secret_key

    @app.post("/bookings/<int:number>/cancel")
    def cancel(number):
        if session.get("name") not in people:
            abort(401)
        if number not in bookings:
            abort(404)
        del bookings[number]
        return redirect("/bookings", 303)

    return app
