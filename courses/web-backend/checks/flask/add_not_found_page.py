def add_not_found_page(app):
    @app.errorhandler(404)
    def not_found(error):
        return f'<p>We have no page <code>{request.path}</code>.</p><p><a href="/">Go to the first page</a></p>'
