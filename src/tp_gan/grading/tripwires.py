"""Repère ce qu'aucun étudiant honnête ne fait : dans le texte des réponses, et dans le noyau après chaque test.

Answers and tests share one process, so this is detection only: a submission that trips a wire is graded and marked
« à revoir », with the reasons that `suspicious` (static) and `disarm` (after the execution) give.
"""

import ast
import functools
import json
import re
from pathlib import Path

import nbformat

import tp_gan
from tp_gan.grading import habits

__all__ = ["arm", "disarm", "suspicious"]

_CALL = re.compile(r"(\w+)\.(check_\w+)\(\s*globals\(\)")


def suspicious(notebook, release):
    """Ce que le texte des réponses essaie d'atteindre, en français ; vide pour un travail honnête."""
    provided = {_plain(cell.source) for cell in release.cells}
    written = {
        number: cell
        for number, cell in enumerate(notebook.cells, 1)
        if cell.cell_type == "code" and _plain(cell.source) not in provided and not _is_test(cell)
    }
    names = habits.Names(
        [cell.source for cell in release.cells if cell.cell_type == "code"], [cell.source for cell in written.values()]
    )
    found = []
    for number, cell in written.items():
        marks = cell.metadata.get("nbgrader", {})
        where = f"la réponse {marks['grade_id']}" if marks.get("grade_id") else f"la cellule {number}"
        found += [f"{where} {reason}" for reason in habits.strange(cell.source, names)]
    return list(dict.fromkeys(found))


def arm(notebook, nonce):
    """Ajoute au notebook assaini les cellules qui doivent échouer, une après chaque test ; `disarm` les enlève."""
    tests = [cell for cell in notebook.cells if _is_test(cell)]
    cells = [_wire(nonce, 0, [], False)]
    for cell in notebook.cells:
        cells.append(cell)
        if _is_test(cell):
            cells.append(_wire(nonce, len(cells), _CALL.findall(cell.source), cell is tests[-1]))
    notebook.cells = cells


def disarm(notebook, nonce):
    """Enlève ces cellules du notebook exécuté, et dit en français ce qu'elles ont trouvé."""
    wires = [cell for cell in notebook.cells if _is_wire(cell, nonce)]
    found, first = [], _report(wires[0], nonce) if wires else None
    for cell, wire in zip(notebook.cells, [*notebook.cells[1:], None], strict=True):
        if not _is_test(cell):
            continue
        name = cell.metadata["nbgrader"]["grade_id"]
        failed = any(output.output_type == "error" for output in cell.outputs)
        found += [] if failed else _forged(cell, name)
        report = _report(wire, nonce) if wire is not None and _is_wire(wire, nonce) else None
        if report is not None:
            found += report["found"]
            if first is not None:
                now, then = report["identities"], first["identities"]
                changed = [key for key, was in then.items() if now.get(key) != was]
                found += [f"{key} a été remplacé" for key in changed[:5]]
        elif not failed or _is_hidden(wire):
            found.append(f"après {name}, une cellule qui doit échouer n'a pas échoué, ou son erreur a été cachée")
    notebook.cells = [cell for cell in notebook.cells if not _is_wire(cell, nonce)]
    return list(dict.fromkeys(found))


def _forged(cell, name):
    """A test that passes says so, once a call, and returns no value (nbgrader would read it as points)."""
    found, calls = [], _CALL.findall(cell.source)
    said = "".join(output.text for output in cell.outputs if output.output_type == "stream")
    if any(output.output_type == "execute_result" for output in cell.outputs):
        found.append(f"la cellule {name} affiche une valeur, que nbgrader prendrait pour des points")
    if cell.execution_count is None and not cell.outputs:
        found.append(f"la cellule {name} n'a pas été exécutée")
    elif any(said.count(f"✔ {check.removeprefix('check_')} : correct") < 1 for _, check in calls):
        found.append(f"la cellule {name} passe sans que sa vérification l'ait dit")
    elif calls and len(re.findall(r"^✔ \w+ : correct", said, re.MULTILINE)) != len(calls):
        found.append(f"la cellule {name} n'affiche pas ce que sa vérification affiche")
    return found


def _is_test(cell):
    marks = cell.metadata.get("nbgrader", {})
    return cell.cell_type == "code" and bool(marks.get("grade")) and not marks.get("solution")


def _is_wire(cell, nonce):
    return cell.get("id", "").startswith(f"{nonce}-")


def _wire(nonce, number, calls, everything):
    given = {"NONCE": nonce, "CALLS": calls, "EVERYTHING": everything, "ROOT": str(Path(tp_gan.__file__).parent)}
    # An assert that an AST transformer dropped would raise nothing, and no report would come.
    source = (
        "import builtins as _tp_gan_builtins\ntry:\n    assert False\nexcept AssertionError:\n"
        f"    _tp_gan_builtins.exec(_tp_gan_builtins.compile({_probe()!r}, '<tp-gan>', 'exec'), {given!r})"
    )
    return nbformat.v4.new_code_cell(source, id=f"{nonce}-{number}"[:64])


@functools.cache
def _probe():
    """The text of `probe`, without what only a reader needs."""
    tree = ast.parse(Path(__file__).with_name("probe.py").read_text("utf8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node, clean=False):
            del node.body[0]
    return ast.unparse(tree)


def _is_hidden(wire):
    """Whether the wire was executed and something kept its error from us."""
    names = [output.get("ename") for output in wire.outputs] if wire is not None else []
    return wire is not None and bool(wire.execution_count) and (not names or "Report" in names)


def _report(wire, nonce):
    for output in wire.get("outputs", []):
        if output.output_type == "error" and output.ename == "Report" and output.traceback == [nonce]:
            try:
                report = json.loads(output.evalue)
                if report["nonce"] == nonce and isinstance(report["found"], list):
                    return report
            except (ValueError, KeyError, TypeError):
                return None
    return None


def _plain(text):
    return "\n".join(line.rstrip() for line in text.strip().split("\n"))
