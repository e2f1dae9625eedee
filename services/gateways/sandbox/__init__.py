"""The sandbox: stands in for the delivery providers, speaks their wire protocols, sends nothing.

The default run, the pilot and the tests use the same gateway code as production; only the base URL
and the key differ (docs/product.md section 5, docs/faults.md). Where to look:

* ``courses.py``     what becomes of a message, as data: the place to add a course
* ``recipients.py``  which recipient gets which course, as data
* ``notify_*.py``    GOV.UK Notify: authentication, text messages, letters, look-ups
* ``docman_*.py``    Docman Connect: tokens, documents, refusal rules
* ``answers.py``     the faults that an answer may have (429, 500, hanging, unreadable)
* ``ledger.py``      every acceptance, kept in SQLite
* ``control.py``     scripts, clock, ledger and reset for tests; ``page.py`` the page for people
"""
