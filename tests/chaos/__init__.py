"""Letters under random faults while workers are killed: at the end, ledger and store must agree.

`make chaos` runs minutes of it, on both databases; test_chaos.py is its short form.
"""
