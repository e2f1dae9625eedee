"""The Worker page: what waits at each delivery provider, what rests and why, and who works."""
