"""Every read of the feature, one module a subject; each loads what its page needs."""
