"""What the JSON inside some fields may hold, as JSON Schema. What is not named here is a plain value."""

from typing import Any, Final

from symptoms.diary.questions import LONGEST, QUESTIONS
from symptoms.followups.blood.catalogue import catalogue
from symptoms.followups.models import Injection

Schema = dict[str, Any]

DAY: Final[Schema] = {"type": "string", "pattern": r"^(19|20)\d\d-\d\d-\d\d$"}
INSTANT: Final[Schema] = {
    "type": "string",
    "pattern": r"^(19|20)\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$",
}
TIME: Final[Schema] = {"type": "string", "pattern": r"^\d\d:\d\d(:\d\d(\.\d{1,6})?)?$"}
UUID: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"}
SLUG: Final[Schema] = {"type": "string", "pattern": "^[-a-zA-Z0-9_]{1,60}$"}
PHOTO: Final[Schema] = {"type": "string", "pattern": r"^photos/[0-9]{4}\.jpg$"}
GRADE: Final[Schema] = {"type": ["integer", "null"], "minimum": 0, "maximum": 4}
PLAIN: Final[Schema] = {"type": ["string", "number", "boolean", "null"], "maxLength": 500}
ZONE: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": 64}


def text(most: int) -> Schema:
    return {"type": "string", "maxLength": most}


def may_be_missing(schema: Schema) -> Schema:
    """Return the schema for the same or null."""
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    more = {"enum": [*schema["enum"], None]} if "enum" in schema and None not in schema["enum"] else {}
    return {**schema, **more, "type": kinds if "null" in kinds else [*kinds, "null"]}


def whole(properties: dict[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an object with these keys and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _answers() -> Schema:
    """Return what may be said to the extra questions of a symptom: those of `diary.questions`."""
    shapes: dict[str, Schema] = {}
    for key, question in QUESTIONS.items():
        choices = [choice for choice, _words in question.choices]
        number = {"type": "integer", "minimum": 0, "maximum": LONGEST}
        shapes[key] = {"type": "string", "enum": choices} if choices else number
    return whole(shapes, optional=tuple(shapes))


ANSWERS: Final = _answers()
ENTRY_SAID: Final = whole(
    {
        "day": DAY,
        "temperature_c": {"type": ["string", "null"], "pattern": r"^\d{2}(\.\d{1,2})?$"},
        "temperature_typed": text(12),
        "note": text(5000),
        "reports": {
            "type": "array",
            "items": whole({"symptom": SLUG, "grade": GRADE, "answers": ANSWERS}),
            "maxItems": 500,
        },
        "dismissed": {"type": "array", "items": SLUG, "maxItems": 500},
    },
    optional=("dismissed",),
)
INJECTION_SAID: Final[Schema] = {
    **whole({"at": INSTANT, "time_zone": ZONE}),
    "additionalProperties": PLAIN,
    "propertyNames": {"enum": sorted(field.name for field in Injection._meta.concrete_fields)},
}
RESULT_SAID: Final[Schema] = {"type": "object", "additionalProperties": PLAIN, "maxProperties": 20}
CHANGED: Final[Schema] = {
    "type": ["string", "number", "boolean", "null", "array", "object"],
    "maxLength": 500,
    "maxItems": 200,
    "items": PLAIN,
    "maxProperties": 10,
    "additionalProperties": PLAIN,
}


def shape_of(table: str, column: str) -> Schema | None:
    """Return the schema of a field that its model alone does not tell."""
    return _shapes().get(f"{table}.{column}")


def _shapes() -> dict[str, Schema]:
    tests: Schema = {"type": "string", "enum": sorted(catalogue().tests)}
    return {
        "entries.revision": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
        "reports.answers": ANSWERS,
        "entry_versions.said": ENTRY_SAID,
        "injection_versions.said": INJECTION_SAID,
        "injection_plan_changes.was": PLAIN,
        "injection_plan_changes.becomes": PLAIN,
        "setting_changes.was": CHANGED,
        "setting_changes.becomes": CHANGED,
        "result_versions.said": RESULT_SAID,
        "blood_tests.test": tests,
        "blood_test_plans.test": tests,
        "results.analyte": {"type": "string", "enum": sorted(catalogue().analytes)},
        "wishes.detail": {
            "type": "object",
            "additionalProperties": {"type": "string", "enum": ["plain", "full"]},
            "maxProperties": 20,
        },
    }
