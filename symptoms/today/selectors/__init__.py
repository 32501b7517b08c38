"""What the pages that compose show: the first page, and the month with its marks."""

from symptoms.today.selectors.first_page import today_for_page
from symptoms.today.selectors.month import marked_month

__all__ = ["marked_month", "today_for_page"]
