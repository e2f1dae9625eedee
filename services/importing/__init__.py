"""Letters from a CSV file: docs/import.md says what it looks like, `columns.py` is its table of columns."""
