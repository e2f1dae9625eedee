"""docs/faults.md, row by row: real worker processes that are killed, and a real sandbox over HTTP.

Each row is one test, `test_row_NN_…`, that runs on both databases, with one worker and with two.
"""
