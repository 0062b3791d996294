"""Tools of the makers: catalogues, vendored assets, checks of the courses."""
