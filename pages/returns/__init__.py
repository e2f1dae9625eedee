"""The Record returns page: what comes by post or email, one letter or many."""
