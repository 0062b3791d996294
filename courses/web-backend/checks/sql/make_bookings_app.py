from workshop_models import Bench, Booking


def make_bookings_app(engine):
    page = "<ul>{% for day, bench, visitor in rows %}<li>{{ day }}, {{ bench }}: {{ visitor }}</li>{% endfor %}</ul>"
    app = Flask("workshop")

    @app.get("/bookings")
    def show_bookings():
        question = select(Booking.day, Bench.name, Booking.visitor).join(Bench).order_by(Booking.day, Bench.name)
        with Session(engine) as session:
            rows = session.execute(question).all()
        return render_template_string(page, rows=rows)

    @app.post("/bookings")
    def add_booking():
        with Session(engine) as session:
            bench = session.scalars(select(Bench).where(Bench.name == request.form["bench"])).first()
            if bench is None:
                return "There is no such bench.", 400
            session.add(Booking(bench=bench, visitor=request.form["visitor"], day=request.form["day"]))
            session.commit()
        return redirect("/bookings", 303)

    return app
