from symptoms.mydata.actions.downloading import download
from symptoms.mydata.actions.erasing import GRACE, ask_to_erase, erase_due, keep_data
from symptoms.mydata.actions.importing import NotEmpty, bring_back
from symptoms.mydata.actions.retention import remove_old
from symptoms.mydata.actions.tombstones import replay_tombstones, write_missing

__all__ = [
    "GRACE",
    "NotEmpty",
    "ask_to_erase",
    "bring_back",
    "download",
    "erase_due",
    "keep_data",
    "remove_old",
    "replay_tombstones",
    "write_missing",
]
