"""What is shipped to the browser: vendored files as recorded, small, and nothing the policy forbids."""

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
VENDORED: list[dict[str, Any]] = json.loads((STATIC / "vendor" / "vendor.json").read_text())
FILES = [(pack["name"], file["path"], file["sha256"]) for pack in VENDORED for file in pack["files"]]
PAGES = sorted(TEMPLATES.rglob("*.html"))
SHEETS = sorted((STATIC / "css").rglob("*.css"))
SPRITE = (STATIC / "icons.svg").read_text()
SYMBOLS = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE))
FIRST_VISIT = (
    "vendor/bootstrap/bootstrap.min.css",
    "css/theme.css",
    "css/components/shell.css",
    "css/components/cards.css",
    "css/components/forms.css",
    "icons.svg",
    "favicon.svg",
)
FONT = STATIC / "vendor/atkinson-hyperlegible-next/atkinson-hyperlegible-next-latin-wght-normal.woff2"


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize(("pack", "path", "sha256"), FILES)
def test_vendored_file_is_the_recorded_one(pack: str, path: str, sha256: str) -> None:
    assert hashlib.sha256((STATIC / path).read_bytes()).hexdigest() == sha256, f"{pack}: {path} was changed"


def test_every_vendored_file_is_recorded() -> None:
    found = {str(path.relative_to(STATIC)) for path in (STATIC / "vendor").rglob("*") if path.is_file()}
    assert found - {"vendor/vendor.json"} == {path for _name, path, _sum in FILES if path.startswith("vendor/")}


@pytest.mark.parametrize("pack", VENDORED, ids=lambda pack: str(pack["name"]))
def test_pack_says_version_source_and_licence(pack: dict[str, Any]) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", pack["version"])
    assert pack["source"].startswith("npm:")
    assert pack["licence"] in {"MIT", "OFL-1.1"}
    assert f"vendor/{pack['name']}/LICENSE" in {file["path"] for file in pack["files"]}


@pytest.mark.parametrize("sheet", [*SHEETS, STATIC / FIRST_VISIT[0]], ids=name_of)
def test_sheet_asks_nobody_else(sheet: Path) -> None:
    text = sheet.read_text()
    assert "sourceMappingURL" not in text
    assert not re.findall(r"url\(\s*[\"']?(?:data:|https?:|//)", text)
    assert "@import" not in text


@pytest.mark.parametrize("sheet", SHEETS, ids=name_of)
def test_sheet_uses_known_tokens_only(sheet: Path) -> None:
    known = {token for each in SHEETS for token in re.findall(r"(--[\w-]+):", each.read_text())}
    used = {token for token in re.findall(r"var\((--[\w-]+)", sheet.read_text()) if not token.startswith("--bs-")}
    assert used <= known


@pytest.mark.parametrize("sheet", [sheet for sheet in SHEETS if sheet.name != "theme.css"], ids=name_of)
def test_colours_live_in_the_theme(sheet: Path) -> None:
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", sheet.read_text())


def test_first_visit_is_small() -> None:
    packed = sum(len(gzip.compress((STATIC / path).read_bytes(), 9)) for path in FIRST_VISIT)
    assert packed + FONT.stat().st_size <= 90_000
    assert len(FIRST_VISIT) + 2 <= 10  # with the font and the page itself


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_template_is_short_and_fits_the_policy(page: Path) -> None:
    text = page.read_text()
    assert len(text.splitlines()) <= (60 if page.parent.name == "components" else 150)
    assert not re.findall(r"<[^>]*\sstyle\s*=", text), "styles belong into static/css"
    assert not re.findall(r"<[^>]*\son[a-z]+\s*=\s*[\"']", text), "handlers belong into static/js"
    # A downloaded page stands alone: it can ask nobody for a style sheet.
    assert page.name == "_archive.html" or not re.findall(r"<style\b", text)
    assert not re.findall(r"<script\b(?![^>]*\bsrc=)", text), "scripts belong into static/js"
    assert not re.findall(r"(?:src|<link[^>]*href)=[\"'](?:https?:)?//", text), "no other origin"
    assert not re.findall(r"\|\s*safe\b|autoescape off", text), "what people write is escaped"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_template_draws_icons_of_the_sprite(page: Path) -> None:
    assert set(re.findall(r"{% icon \"([\w-]+)\"", page.read_text())) <= SYMBOLS


def test_sprite_holds_used_shapes_only() -> None:
    sources = [*PAGES, *(ROOT / "symptoms").rglob("*.py"), *(ROOT / "kesimpta_tracker").rglob("*.py")]
    words = set(re.findall(r"\"([a-z0-9-]+)\"", " ".join(source.read_text() for source in sources)))
    assert SYMBOLS - words == set(), "take these out of static/icons.svg and renew its hash in vendor.json"


@pytest.mark.parametrize("component", sorted((TEMPLATES / "components").glob("*.html")), ids=name_of)
def test_component_says_what_it_is_and_takes(component: Path) -> None:
    assert re.search(r"{# .{10,} #}", component.read_text().split("\n\n")[0])


def test_sprite_is_one_of_shapes_without_scripts_or_colours() -> None:
    assert len(SYMBOLS) == SPRITE.count("<symbol ") <= 60
    assert not re.findall(r"<script|on\w+=|style=|href=|fill=\"#", SPRITE)


def test_manifest_storage_finds_everything_a_sheet_names(tmp_path: Path, settings: LazySettings) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    theme = next(tmp_path.glob("css/theme.*.css")).read_text()
    assert re.search(r"latin-wght-normal\.[0-9a-f]{12}\.woff2", theme)
    assert StaticFilesStorage(location=tmp_path).exists("staticfiles.json")
