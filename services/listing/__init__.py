"""The letters that a user may see: filters, facets, the page, the CSV (docs/product.md sections 1 and 3).

SQL serves the default view and the header's counts. Everything broad is served by a snapshot of the service's
letters: arrays of codes sorted by date, one for each process, brought up to date by the change counter.
"""
