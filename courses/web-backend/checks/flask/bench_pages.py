def make_site(benches):
    app = Flask("workshop")

    @app.get("/")
    def welcome():
        return f"Corner Workshop has {len(benches)} benches."

    @app.get("/benches/<int:number>")
    def show_bench(number):
        if number not in benches:
            return "There is no such bench."
        return f"Bench {number} is for {benches[number]}."

    return app
