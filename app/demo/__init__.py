"""The demo cohort, built by calling the product's own services; nothing here writes rows behind their back."""
