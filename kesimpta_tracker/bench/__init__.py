"""`make bench`: how the pages do against their floors, measured in the same minutes on the same machine.

It starts a whole tracker in a folder of its own, with a PostgreSQL of its own, and beside it the floors: the
least that Django does for a signed-in form, a list of 25 rows and a save. Pages and floors are asked in turn.
"""
