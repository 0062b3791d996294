def make_booking_app(check, saved):
    page = """
    <form method="post">
      <p>{{ errors.values()|join(" ") }}</p>
      <input name="visitor"> <input name="bench"> <input name="day">
      <button>Book</button>
    </form>
    """
    app = Flask("workshop")

    @app.get("/book")
    def show_form():
        return render_template_string(page, errors={})

    @app.post("/book")
    def book():
        values, errors = check(request.form)
        if errors:
            return render_template_string(page, errors=errors), 400
        saved.append(values)
        return redirect(url_for("thanks"), 303)

    @app.get("/thanks")
    def thanks():
        return "Thank you, see you soon!"

    return app
