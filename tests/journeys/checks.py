"""What must hold on every page: no barrier that axe knows, no sideways scroll, no small target."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# The first two are off by default: 7:1 contrast, and targets of 24 px (ours are checked for 44 px below).
RULES = {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}}
TARGETS = "a, button, select, textarea, summary, input, .chip, .scale label"
# What stands in a sentence, what cannot be seen, and an input whose label is the target, do not count.
SMALL = """(targets) => [...document.querySelectorAll(targets)]
  .filter(e => !e.matches('.skip, [type=hidden], .chip-input, .scale-input') && e.checkVisibility())
  .map(e => [e, (e.matches('[type=radio], [type=checkbox]') ? e.closest('.form-check') ?? e : e)])
  .map(([e, target]) => [e, target.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.width < 43.9 || box.height < 43.9))
  .map(([e, box]) => `small ${Math.round(box.width)}x${Math.round(box.height)}: ${e.outerHTML.slice(0, 90)}`)"""
OUTLINE = """() => { const levels = [...document.querySelectorAll('h1, h2, h3, h4')]
  .filter(e => e.checkVisibility()).map(e => +e.tagName[1]);
  return levels.filter(level => level === 1).length === 1 ? [] : [`headings ${levels}`]; }"""


def listen(page: Page) -> list[str]:
    """Return a list that fills with whatever the browser complains about: scripts, the policy, missing files."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def barriers(page: Page) -> list[str]:
    """Return what is wrong with the page in view, empty where nothing is."""
    found: list[dict[str, Any]] = Axe().run(page, options={"rules": RULES}).response["violations"]
    axe = [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [
        *axe,
        *([f"scrolls sideways by {wide} px"] if wide > 0 else []),
        *page.evaluate(SMALL, TARGETS),
        *page.evaluate(OUTLINE),
    ]
