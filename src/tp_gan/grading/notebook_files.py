"""Les octets d'un fichier rendu, lus comme les cellules d'un notebook, ou refusés avec la raison.

Nothing is executed or trusted: encoding, version and structure are whatever a mail program, an editor or a broken
download left. Outputs, tags and unknown fields are dropped; nbgrader's marks are kept as found, for `repair`.
"""

import codecs
import json
import re

from nbformat import NotebookNode

from tp_gan import CourseError

__all__ = ["Unreadable", "mapping", "read_cells"]

MAX_BYTES = 256 * 2**20


class Unreadable(CourseError):
    """Un fichier dont rien ne peut être noté."""


def read_cells(raw, notes):
    """Les cellules d'un fichier rendu ; what had to be guessed is added to `notes`. Raises `Unreadable`."""
    return _cells(_content(raw, notes), notes)


def _as_cp1252(error):
    """What no UTF-8 is was written by an old Windows editor."""
    bad = error.object[error.start : error.end]
    return bad.decode("cp1252", "replace"), error.end


codecs.register_error("tp_gan_cp1252", _as_cp1252)


def _text(raw, notes):
    for bom, encoding in (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(bom):
            notes.append(f"le fichier était encodé en {encoding.upper()}")
            return raw.decode(encoding, "replace")
    if b"\0" in raw[:4]:
        notes.append("le fichier était encodé en UTF-16")
        return raw.decode("utf-16-le" if raw[1:2] == b"\0" else "utf-16-be", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        notes.append("le fichier n'était pas encodé en UTF-8 : ses accents ont été lus comme ceux de Windows")
        return raw.decode("utf-8-sig", "tp_gan_cp1252")


def _content(raw, notes):
    """The JSON object of a notebook."""
    if len(raw) > MAX_BYTES:
        raise Unreadable(f"le fichier pèse {len(raw) // 2**20} Mio. Effacez ses sorties, puis rendez-le de nouveau.")
    if not raw.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise Unreadable("le fichier est vide.")
    for start, kind in (
        (b"PK", "une archive zip ou un document de bureautique"),
        (b"%PDF", "un PDF"),
        (b"\x1f\x8b", "une archive gzip"),
        (b"\x89PNG", "une image"),
        (b"\xff\xd8\xff", "une image"),
    ):
        if raw.startswith(start):
            raise Unreadable(f"c'est {kind}, et non un notebook (.ipynb).")
    text = _text(raw, notes).lstrip("\ufeff \t\r\n\0")
    if text.startswith("<") and not text.startswith("<<<<"):
        raise Unreadable("c'est une page web (HTML), et non un notebook : téléchargez le fichier .ipynb lui-même.")
    if not text.startswith(("{", "[")):
        kind = "un texte ou un programme"
        if text.startswith("<<<<<<<"):
            kind = "un fichier coupé par une fusion de git"
        elif re.search(r"[\0-\x08\x0e-\x1f]", text[:500]):
            kind = "un fichier binaire"
        raise Unreadable(f"c'est {kind}, et non un notebook (.ipynb).")
    try:
        content, end = json.JSONDecoder(strict=False).raw_decode(text)
    except RecursionError:
        raise Unreadable("le fichier est imbriqué sans fin : ce n'est pas un notebook.") from None
    except ValueError as error:
        cut = (isinstance(error, json.JSONDecodeError) and error.pos > len(text) - 40) or "Unterminated" in str(error)
        fault = "est coupé avant sa fin (téléchargement interrompu ?)" if cut else "est abîmé (JSON invalide)"
        if re.search("^<{7} ", text, re.MULTILINE):
            fault = "porte les marques d'une fusion de git (<<<<<<<)"
        where = f" à la ligne {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Unreadable(f"le fichier {fault}{where}. Demandez-en une nouvelle copie.") from None
    if text[end:].strip("\0 \t\r\n\x1a"):
        notes.append("du texte étranger suivait le notebook dans le fichier : il a été ignoré")
    if not isinstance(content, dict) or not ("cells" in content or "worksheets" in content):
        raise Unreadable("c'est un fichier JSON, mais pas un notebook : il n'a pas de cellules.")
    return content


def _cells(content, notes):
    """Cells of sound structure, whatever the version and the damage."""
    found = content.get("cells")
    if not isinstance(found, list):
        sheets = content.get("worksheets")
        sheets = sheets if isinstance(sheets, list) else []
        found = [cell for sheet in sheets if isinstance(sheet, dict) for cell in sheet.get("cells") or []]
        if found:
            notes.append("le notebook était dans un ancien format (nbformat 3) : il a été converti")
    if not found:
        raise Unreadable("le notebook n'a aucune cellule.")
    language = mapping(mapping(content.get("metadata")).get("kernelspec")).get("language")
    if isinstance(language, str) and language.lower() not in ("python", "python3", "ipython", ""):
        notes.append(f"le noyau demandé était celui d'un autre langage ({language[:20]}) : Python l'a remplacé")
    cells = [_cell(cell, notes) for cell in found if isinstance(cell, dict)]
    if len(cells) < len(found):
        notes.append(f"cellules illisibles retirées : {len(found) - len(cells)}")
    if not cells:
        raise Unreadable("le notebook n'a aucune cellule lisible.")
    return cells


def _cell(given, notes):
    kind, source = given.get("cell_type"), given.get("source", given.get("input"))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    elif not isinstance(source, str):
        if source is not None:
            notes.append("une cellule au contenu illisible a été vidée")
        source = ""
    # A lone surrogate, which JSON allows, could not be written again.
    source = source.encode("utf-8", "replace").decode("utf-8").replace("\0", "").replace("\r\n", "\n")
    if kind == "heading":
        level = given.get("level")
        kind, source = "markdown", f"{'#' * (level if level in range(1, 7) else 1)} {source}"
    elif kind not in ("code", "markdown", "raw"):
        kind = "code" if "outputs" in given or "execution_count" in given else "markdown"
        notes.append(f"une cellule d'un type inconnu a été lue comme du {'code' if kind == 'code' else 'texte'}")
    cell = NotebookNode(cell_type=kind, metadata=NotebookNode(), source=source)
    metadata = mapping(given.get("metadata"))
    ids = [given.get("id"), metadata.get("id")]
    cell.id = next((i for i in ids if isinstance(i, str) and re.fullmatch(r"[\w-]{1,64}", i, re.ASCII)), "")
    marks = mapping(metadata.get("nbgrader"))
    name = marks.get("grade_id")
    cell.metadata.nbgrader = {**marks, "grade_id": name if isinstance(name, str) else ""} if marks else {}
    tags = metadata.get("tags")
    cell.metadata.tags = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    if kind == "code":
        cell.execution_count, cell.outputs = None, []
    elif isinstance(given.get("attachments"), dict):
        pictures = {
            name: {mime: data for mime, data in bundle.items() if isinstance(data, str)}
            for name, bundle in given["attachments"].items()
            if isinstance(bundle, dict)
        }
        cell.attachments = NotebookNode(pictures)
    return cell


def mapping(value):
    """`value` if it is a dictionary, an empty one otherwise."""
    return value if isinstance(value, dict) else {}
