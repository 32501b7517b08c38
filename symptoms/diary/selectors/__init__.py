from symptoms.diary.selectors.cut import cut
from symptoms.diary.selectors.entry import entry_for_page
from symptoms.diary.selectors.log import draft_fields, symptoms_for_log, usual_slugs
from symptoms.diary.selectors.month import MonthPage, month_for_page

__all__ = ["MonthPage", "cut", "draft_fields", "entry_for_page", "month_for_page", "symptoms_for_log", "usual_slugs"]
