"""What a rule rests on, in words for patients: its sources and its basis."""

import re
from typing import Final

from django.utils.text import get_text_list
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from symptoms.lib.words import Words

# The keys as the rules cite them. One that is missing here is shown as it stands, never dropped.
SOURCES: Final[dict[str, Words]] = {
    "SEED": _("a patient information text on Kesimpta"),
    "US-PI": _("Kesimpta prescribing information (US)"),
    "US-MG": _("Kesimpta medication guide (US)"),
    "US-LIV": _("a summary of the US liver warning"),
    "EU-PIL": _("Kesimpta package leaflet (EU)"),
    "EU-SPC24": _("Kesimpta product information (EU, 2024)"),
    "NHS-ANA": _("NHS, anaphylaxis"),
    "ANA-UK": _("Anaphylaxis UK"),
    "STROKE": _("hospital pages on stroke"),
    "PATINFO-SEPSIS": _("patient.info, sepsis"),
    "HEAD": _("a clinic page on headache"),
    "OCR-PT": _("a patient page of a medicine of the same class"),
    "EYE": _("a clinic page on eyes"),
    "HEREFORD": _("Hereford MS hub"),
    "MSPLUS": _("MS Plus, relapses"),
    "MSPLUS-EYE": _("MS Plus, sight"),
    "MSSOC-CA": _("MS Society of Canada, PML"),
    "MSTRUST": _("MS Trust"),
    "MSRES": _("Multiple Sclerosis Research blog"),
    "BMJ2015": _("BMJ 2015;350:h1765"),
    "NHS-UTI": _("NHS, urine infection"),
    "NHS-SHI": _("NHS, shingles"),
    "NHS-CES": _("NHS, back pain"),
    "NHS-COUGH": _("NHS, cough"),
    "NHSINF-FEVER": _("NHS inform, fever"),
    "NIDIRECT": _("nidirect, jaundice"),
    "BLEED": _("clinic pages on low platelets"),
    "NEUT-A": _("case reports of low white counts"),
    "NEUT-B": _("case reports of low white counts"),
    "NEUT-D": _("case reports of low white counts"),
    "PDR": _("a summary of the label of intravenous ofatumumab"),
    "STAR": _("STAR trial"),
    "SYMPATHY": _("SYMPATHY trial"),
    "PROTECT": _("PRO-TECT trial"),
    "ESYM": _("eSyM programme"),
    "UAB": _("a symptom programme in Alabama"),
    "ALI35": _("ALITHIOS study"),
    "IGSLR": _("a review of immunoglobulins"),
    "general": _("general emergency advice"),
    "General": _("general emergency advice"),
}
# What a rule may rest on; "judgement" is said as plainly as the others.
BASES: Final[dict[str, Words]] = {
    "seed": _("a patient information text"),
    "label": _("the medicine\u2019s label"),
    "general": _("public emergency advice"),
    "literature": _("published studies"),
    "judgement": _("our own judgement"),
}
PARAGRAPHS: Final = re.compile(r"P\d[\dP, -]*")
SECTIONS: Final = re.compile(r"\d[\d., -]*")


def source_words(source: str) -> str:
    """Return "EU-PIL 2,4; NHS-ANA" as "Kesimpta package leaflet (EU), section 2,4; NHS, anaphylaxis"."""
    return "; ".join(dict.fromkeys(_one_source(part.strip()) for part in source.split(";") if part.strip()))


def basis_words(basis: str) -> str:
    """Return "seed+label; number=judgement" as one phrase, each kind once."""
    kinds = dict.fromkeys(re.findall("|".join(BASES), basis))
    return get_text_list([str(BASES[kind]) for kind in kinds], translate("and")) or basis


def in_a_sentence(name: str) -> str:
    """Return a name as it reads inside a sentence; "COVID" and the like keep their capitals."""
    return name[:1].lower() + name[1:] if name[1:2].islower() or name[1:2] == " " else name


def _one_source(cited: str) -> str:
    key, _space, where = cited.partition(" ")
    name = SOURCES.get(key)
    if name is None:
        return cited
    if not where:
        return str(name)
    told = translate("%(source)s, %(where)s")
    if PARAGRAPHS.fullmatch(where):
        told = translate("%(source)s, paragraph %(where)s")
    elif SECTIONS.fullmatch(where):
        told = translate("%(source)s, section %(where)s")
    return told % {"source": name, "where": where.removeprefix("P")}
