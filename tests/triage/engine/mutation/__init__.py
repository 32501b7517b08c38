"""Mutation testing of the engine and of the rules: `make mutants`.

Each mutant is one small change to one module of the engine, or to one rule file, in a process of its own. A
mutant that no test of the engine notices has survived, and is a hole in the tests, or changes nothing.

Why not mutmut: version 3.8 leaves out decorated functions and what stands outside functions, which here are
the parsers of all conditions, the thresholds and the units; and it knows nothing of the rules' data.
"""
