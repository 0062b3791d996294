"""Every write of the feature, one module a subject."""
