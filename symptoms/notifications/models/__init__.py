from symptoms.notifications.models.addresses import QUIET_FROM, QUIET_TO, Address, VapidKeys, Wishes
from symptoms.notifications.models.deliveries import Delivery, Notice
from symptoms.notifications.models.reminders import LATE_AFTER, LATER_STEP, STALE_AFTER, Reminder

__all__ = [
    "LATER_STEP",
    "LATE_AFTER",
    "QUIET_FROM",
    "QUIET_TO",
    "STALE_AFTER",
    "Address",
    "Delivery",
    "Notice",
    "Reminder",
    "VapidKeys",
    "Wishes",
]
