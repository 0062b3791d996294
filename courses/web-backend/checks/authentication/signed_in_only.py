def signed_in_only(view):
    @functools.wraps(view)
    def wrapped():
        if "name" not in session:
            return redirect("/sign-in", 303)
        return view()

    return wrapped
