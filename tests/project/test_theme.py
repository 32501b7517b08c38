"""The colours, checked in numbers: 7:1 for text, 3:1 for edges and the focus ring, in both themes."""

import re
from itertools import product
from pathlib import Path

import pytest

THEME = (Path(__file__).resolve().parents[2] / "static" / "css" / "theme.css").read_text()
TIERS = ("emergency", "same-day", "prompt", "visit", "self-care")
TEXT = [
    *product(("ink", "ink-soft", "teal", "teal-deep"), ("paper", "surface", "sand", "teal-soft")),
    *product(("ink", "ink-soft", "teal", "teal-deep"), (f"{tier}-soft" for tier in TIERS)),
    *((tier, f"{tier}-soft") for tier in TIERS),
    ("emergency", "surface"),
    ("emergency", "paper"),
    ("on-teal", "teal"),
    ("on-teal", "teal-deep"),
    ("on-emergency", "emergency"),
    ("on-emergency", "emergency-deep"),
    ("on-sev-low", "sev0"),
    ("on-sev-low", "sev1"),
    ("on-sev-mid", "sev2"),
    ("on-sev-high", "sev3"),
    ("on-sev-high", "sev4"),
]
EDGES = [
    *product(("line-strong", "focus-ring"), ("paper", "surface", "sand")),
    ("dose", "surface"),
    ("dose", "sev0"),
    ("teal", "surface"),
    ("sev3", "surface"),
    *((tier, "paper") for tier in TIERS),
]


def tokens(selector: str) -> dict[str, str]:
    """Return the tokens of the first rule that begins with `selector`."""
    start = THEME.index("{", THEME.index(selector)) + 1
    return dict(re.findall(r"--([\w-]+): ([^;]+);", THEME[start : THEME.index("}", start)]))


THEMES = {
    "light": tokens(':root, [data-bs-theme="light"] {'),
    "dark": tokens('[data-bs-theme="dark"] {'),
    "auto": tokens('[data-bs-theme="auto"] {'),
}


def luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb", as WCAG 2.2 defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_reaches_seven_to_one(theme: str, text: str, ground: str) -> None:
    assert contrast(THEMES[theme][text], THEMES[theme][ground]) >= 7


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_reach_three_to_one(theme: str, edge: str, ground: str) -> None:
    assert contrast(THEMES[theme][edge], THEMES[theme][ground]) >= 3


def test_device_theme_is_the_dark_theme() -> None:
    assert THEMES["auto"] == THEMES["dark"]
    assert "@media (prefers-color-scheme: dark)" in THEME[: THEME.index('[data-bs-theme="auto"] {')]


def test_both_themes_set_the_same_tokens() -> None:
    assert set(THEMES["light"]) == set(THEMES["dark"])


@pytest.mark.parametrize(("theme", "name"), [*product(("light", "dark"), ("ink", "paper", "teal", "teal-deep"))])
def test_numbers_of_a_colour_equal_the_colour(theme: str, name: str) -> None:
    colour, numbers = THEMES[theme][name], THEMES[theme][f"{name}-rgb"]
    assert [int(colour[place : place + 2], 16) for place in (1, 3, 5)] == [int(n) for n in numbers.split(",")]


def test_text_starts_at_18_px_of_the_readers_size() -> None:
    assert "html { font-size: 112.5%" in THEME


def test_nothing_moves_where_less_motion_is_wanted() -> None:
    calm = THEME[THEME.index("prefers-reduced-motion: reduce") :]
    assert "animation: none !important; transition: none !important" in calm
