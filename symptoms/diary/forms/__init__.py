from symptoms.diary.forms.draft import fields_to_keep, said_of
from symptoms.diary.forms.fields import slugs_in, uuid_in
from symptoms.diary.forms.log import LogForm, initial_from
from symptoms.diary.forms.period import month_and_day, page_number

__all__ = [
    "LogForm",
    "fields_to_keep",
    "initial_from",
    "month_and_day",
    "page_number",
    "said_of",
    "slugs_in",
    "uuid_in",
]
