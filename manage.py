#!/usr/bin/env python3
"""Run a management command of the tracker."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kesimpta_tracker.settings")
    execute_from_command_line(sys.argv)
