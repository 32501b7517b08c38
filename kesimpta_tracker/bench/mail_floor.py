"""The floor of sending mail: Celery, one mail a task, over a connection that each process keeps."""

import os
import smtplib
from email.message import EmailMessage

from celery import Celery

QUEUE = "bench-mail"
# The tracker's own app must stay the current one of whoever imports this.
app = Celery("mail_floor", broker=os.environ.get("BROKER_URL", ""), set_as_current=False)
app.conf.update(task_ignore_result=True, task_default_queue=QUEUE, broker_connection_retry_on_startup=True)
kept: list[smtplib.SMTP] = []


@app.task  # type: ignore[untyped-decorator]
def send(number: int) -> None:
    """Send one short mail."""
    if not kept:
        kept.append(smtplib.SMTP("127.0.0.1", int(os.environ["EMAIL_PORT"])))
    mail = EmailMessage()
    mail["From"], mail["To"] = "tracker@localhost", f"person-{number}@bench.example"
    mail["Subject"] = "You have a reminder"
    mail.set_content("You have a reminder.\n")
    kept[0].send_message(mail)
