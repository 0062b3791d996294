@contextlib.contextmanager
def fresh_client(make_app):
    import shutil

    folder = Path(tempfile.mkdtemp())
    yield make_app(folder / "test.db").test_client()
    shutil.rmtree(folder)
