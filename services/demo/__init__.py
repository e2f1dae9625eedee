"""The demonstration: an invented service with its letters of 18 months. Nobody and nothing in it exists."""
