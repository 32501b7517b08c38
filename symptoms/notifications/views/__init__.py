from symptoms.notifications.views.answers import answer
from symptoms.notifications.views.browsers import browser_add, browser_forget, push_worker
from symptoms.notifications.views.notices import answer_here, notices, set_aside
from symptoms.notifications.views.reminders import reminders, resume, test_channel

__all__ = [
    "answer",
    "answer_here",
    "browser_add",
    "browser_forget",
    "notices",
    "push_worker",
    "reminders",
    "resume",
    "set_aside",
    "test_channel",
]
