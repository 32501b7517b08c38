"""PostgreSQL and Valkey as children of the tracker, for one machine and for the tests.

`binaries` finds the programs, `places` the folders, `postgres` and `valkey` say how each is made and
started, `guard` is the small program that ends them when their parent is gone. Nothing here imports Django:
the supervisor stays small.
"""
