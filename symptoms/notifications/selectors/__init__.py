from symptoms.notifications.selectors.pages import (
    NoticesPage,
    RemindersPage,
    notices_for_page,
    open_notices,
    reminders_for_page,
)

__all__ = ["NoticesPage", "RemindersPage", "notices_for_page", "open_notices", "reminders_for_page"]
