from symptoms.notifications.actions.answering import answer_reminder, put_aside, resume_reminders
from symptoms.notifications.actions.scheduling import Due, cancel_reminders, schedule_reminders
from symptoms.notifications.actions.sending import Counts, send_due

__all__ = [
    "Counts",
    "Due",
    "answer_reminder",
    "cancel_reminders",
    "put_aside",
    "resume_reminders",
    "schedule_reminders",
    "send_due",
]
