from symptoms.notifications.actions.answering import answer_reminder, put_aside, resume_reminders
from symptoms.notifications.actions.scheduling import Due, cancel_reminders, schedule_reminders

__all__ = [
    "Due",
    "answer_reminder",
    "cancel_reminders",
    "put_aside",
    "resume_reminders",
    "schedule_reminders",
]
