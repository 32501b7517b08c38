"""What people do with a page, told once."""

import re

from playwright.sync_api import Page, expect

EMERGENCY = re.compile("Get emergency help now")


def tick(page: Page, slug: str) -> None:
    """Tick a symptom as a finger does: open its body area, press its chip."""
    box = page.locator(f"#s-{slug}")
    while page.locator("details:not([open])").filter(has=box).count():
        page.locator("details:not([open])").filter(has=box).first.locator("> summary").click()
    page.locator(f"label[for=s-{slug}]").click()
    expect(box).to_be_checked()


def grade(page: Page, slug: str, word: str) -> None:
    value = ("None", "Mild", "Moderate", "Severe", "Very severe").index(word)
    page.locator(f"[name=grade-{slug}][value='{value}']").click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def log(page: Page, address: str, slug: str, word: str = "Severe") -> None:
    """Log one symptom, with or without JavaScript: without it, the page asks in a second step."""
    page.goto(address)
    tick(page, slug)
    if not page.locator(f"[data-card={slug}]").count():
        save(page)
        if page.url.endswith("/advice/"):  # at any grade it is an emergency: the advice does not wait
            return
    grade(page, slug, word)
    save(page)


def expect_emergency(page: Page, number: str = "999") -> None:
    """The page in view says so in its heading, and its number can be called."""
    expect(page.get_by_role("heading", level=1)).to_have_text(EMERGENCY)
    call = page.locator(f"main a[href='tel:{number}']").first
    expect(call).to_be_visible()
