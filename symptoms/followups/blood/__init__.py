"""Blood tests, pure: which there are, when they are due, and what a typed value says. No Django, no clock."""
