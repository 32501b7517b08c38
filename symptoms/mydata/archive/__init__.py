"""The ZIP: what is in it, and how each file of it is written."""

from symptoms.mydata.archive.build import FILE_NAME, PAGE, SCHEMA, build

__all__ = ["FILE_NAME", "PAGE", "SCHEMA", "build"]
