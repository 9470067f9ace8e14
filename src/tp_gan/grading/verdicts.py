"""Ce que l'on a gardé de chaque correction : verdicts/<tp>/<étudiant>.json, et la copie exécutée à côté.

A verdict names, by their SHA-256, the submission and the assignment that it judges: one that names the present ones
is still valid, and its submission is not executed again.
"""

import dataclasses
import hashlib
import json
from pathlib import Path

from tp_gan.checkpoints import write_whole

__all__ = ["Verdict", "Verdicts", "digest"]


@dataclasses.dataclass
class Verdict:
    """Ce qu'est devenue une copie : `status` is "executed" or "failed" (then `reason` says why, in French).

    notes: what had to be guessed to read the copy; suspicions: why it should be read by a person; seconds: what the
    execution took; merged: whether the gradebook has followed.
    """

    submission: str
    assignment: str
    status: str
    reason: str = ""
    notes: list = dataclasses.field(default_factory=list)
    suspicions: list = dataclasses.field(default_factory=list)
    seconds: float = 0.0
    finished: str = ""
    merged: bool = False


class Verdicts:
    """Les verdicts d'un TP."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def read(self, student):
        """Le verdict d'un étudiant, ou None. One that was cut short is none: the copy is then graded again."""
        try:
            return Verdict(**json.loads((self.folder / f"{student}.json").read_text("utf8")))
        except (OSError, ValueError, TypeError):
            return None

    def all(self):
        """Tous les verdicts, par étudiant."""
        students = sorted(path.stem for path in self.folder.glob("*.json"))
        return {student: verdict for student in students if (verdict := self.read(student))}

    def write(self, student, verdict):
        """Range un verdict, en entier ou pas du tout."""
        text = json.dumps(dataclasses.asdict(verdict), ensure_ascii=False, indent=1)
        write_whole(self.folder / f"{student}.json", text.encode())

    def executed(self, student):
        """Le fichier de la copie exécutée."""
        return self.folder / f"{student}.ipynb"


def digest(*parts):
    """L'empreinte SHA-256 de ces octets."""
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()
