"""Delivery and reject reasons: every measure is one statement over one table, one row a sending."""
