"""Forms of the feature: parse and validate what people send."""
