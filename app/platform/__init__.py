"""What every feature stands on, and nothing about any feature."""
