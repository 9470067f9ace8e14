"""Ce qui fait que deux entraînements sont le même : réseaux et réglages au départ, données, code de la boucle."""

import contextlib
import dis
import functools
import hashlib
import re
import sys
import types

import numpy as np

__all__ = ["differences", "fingerprint"]

PLAIN = (bool, int, float, complex, str, bytes, type(None))
READS = {"LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"}
WRITES = {"STORE_NAME", "STORE_GLOBAL", "DELETE_NAME", "DELETE_GLOBAL"}
# Frames between a loop and the run that it goes through.
WRAPPERS = {"tp_gan", "tqdm"}


def fingerprint(parts, steps, frame, real=None, sample=None):
    """L'empreinte d'un entraînement qui commence : un dictionnaire de textes, le même d'un processus à l'autre.

    parts: a dictionary of networks, optimizers and so on, in their initial state. frame: the Python frame of the
    loop. Its code counts, with the functions and classes of the same notebook that it names, their bytecode and
    constants (not their lines or comments), and the plain values (numbers, texts) that they read.
    """
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] in WRAPPERS:
        frame = frame.f_back
    prints = {
        "steps": str(steps),
        "real": digest(real),
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
    }
    code = _Code(frame)
    code.visit(sample)
    for name, part in parts.items():
        code.visit(part)
        if hasattr(part, "modules"):
            state = part.state_dict()
            shapes = [(key, str(value.dtype), tuple(value.shape)) for key, value in state.items() if _is_tensor(value)]
            # The text of a network tells what its weights do not: activations, strides, dropout.
            prints[f"network {name}"] = digest(_text(part), shapes)
            prints[f"weights {name}"] = digest(state)
        elif hasattr(part, "param_groups"):
            prints[f"optimizer {name}"] = digest(type(part).__name__, part.state_dict())
        else:
            prints[f"part {name}"] = digest(part.state_dict() if hasattr(part, "state_dict") else part)
    prints["code"] = digest(sorted(code.digests))
    prints.update({f"value {name}": _text(value) for name, value in code.values().items()})
    return prints


REASONS = {
    "steps": "autre nombre d'étapes",
    "real": "autres données réelles",
    "code": "code modifié",
    "python": "autre version de Python",
    "network": "autre réseau {}",
    "weights": "autres poids de {} au départ",
    "optimizer": "autres réglages de {}",
    "part": "autre état de {} au départ",
    "value": "autre valeur de {}",
}


def differences(old, new):
    """En quoi deux empreintes diffèrent : une liste de raisons en français, vide si elles sont égales."""
    changed = [key for key in {**new, **old} if old.get(key) != new.get(key)]
    if "python" in changed:  # bytecode differs from one Python to the next
        changed = [key for key in changed if key != "code"]
    if "code" in changed:  # code that changes also reads other values
        changed = [key for key in changed if not key.startswith("value ") or (key in old and key in new)]
    networks = {key.removeprefix("network ") for key in changed if key.startswith("network ")}
    changed = [key for key in changed if key.removeprefix("weights ") not in networks]
    return [REASONS[key.partition(" ")[0]].format(key.partition(" ")[2]) for key in changed]


def digest(*values):
    """The SHA-256 of nested containers, tensors, arrays and code."""
    hasher = hashlib.sha256()
    _feed(hasher, values)
    return hasher.hexdigest()


def _feed(hasher, value):
    if isinstance(value, types.CodeType):
        # Neither lines, nor file, nor names of local variables.
        value = (value.co_code, value.co_exceptiontable, value.co_names, value.co_argcount, value.co_consts)
        _feed(hasher, ("code", *value))
    elif _is_tensor(value):
        torch = sys.modules["torch"]
        hasher.update(f"{value.dtype}{tuple(value.shape)}".encode())
        hasher.update(value.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy())
    elif isinstance(value, np.ndarray):
        hasher.update(f"{value.dtype}{value.shape}".encode())
        hasher.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, dict):
        _feed(hasher, list(value.items()))
    elif isinstance(value, set | frozenset):
        _feed(hasher, sorted(digest(item) for item in value))
    elif isinstance(value, list | tuple):
        hasher.update(f"{len(value)}(".encode())
        for item in value:
            _feed(hasher, item)
    else:
        text = _text(value).encode("utf8", "surrogatepass")
        hasher.update(f"{len(text)}:".encode() + text)


def _text(value):
    """The repr without the addresses, which change from one process to the next."""
    return repr(value) if isinstance(value, PLAIN) else re.sub(r"\b0x[0-9a-fA-F]+", "0x", repr(value))


def _is_plain(value):
    return isinstance(value, PLAIN) or (isinstance(value, tuple) and all(_is_plain(item) for item in value))


def _is_tensor(value):
    return "torch" in sys.modules and isinstance(value, sys.modules["torch"].Tensor)


class _Code:
    """The code written in the same notebook that a loop can reach, and the plain values that it reads."""

    def __init__(self, frame):
        self._namespace, self._visited = frame.f_globals, {}
        self.digests, self._written, self._globals, self._locals = [], set(), {}, {}
        self._add(frame.f_code)
        if frame.f_locals is not frame.f_globals:
            code = frame.f_code
            kept = {*code.co_varnames[: code.co_argcount + code.co_kwonlyargcount], *code.co_freevars}
            for name, value in frame.f_locals.items():
                self._read(self._locals if name in kept else {}, name, value)

    def values(self):
        """A variable that the code itself writes, as a counter, is not a setting."""
        kept = {name: value for name, value in self._globals.items() if name not in self._written}
        return dict(sorted({**kept, **self._locals}.items()))

    def visit(self, value):
        if _is_plain(value) or id(value) in self._visited:
            return
        self._visited[id(value)] = value  # kept alive, so that no other object takes its id
        if isinstance(value, types.FunctionType):
            if value.__globals__ is self._namespace:
                self._add(value.__code__)
                self._visit_all([*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values()])
                for name, cell in zip(value.__code__.co_freevars, value.__closure__ or (), strict=True):
                    with contextlib.suppress(ValueError):  # not filled yet
                        self._read(self._locals, name, cell.cell_contents)
            self.visit(getattr(value, "__wrapped__", None))
        elif isinstance(value, types.MethodType):
            self._visit_all([value.__func__, value.__self__])
        elif isinstance(value, functools.partial):
            self._visit_all([value.func, *value.args, *value.keywords.values()])
        elif isinstance(value, staticmethod | classmethod):
            self.visit(value.__func__)
        elif isinstance(value, property):
            self._visit_all([value.fget, value.fset])
        elif isinstance(value, type):
            if value.__module__ == self._namespace.get("__name__"):
                # Python's own plain members hold a name, a text or a line number.
                members = [v for name, v in vars(value).items() if not (name.startswith("__") and _is_plain(v))]
                self._visit_all([*value.__mro__[1:], *members])
        elif isinstance(value, list | tuple | dict):
            items = list(value.values() if isinstance(value, dict) else value)
            for item in items[:100]:
                self.visit(item)
        else:
            self.visit(type(value))
            if "torch" in sys.modules and isinstance(value, sys.modules["torch"].nn.Module):
                self._visit_all([type(module) for module in value.modules()])

    def _read(self, values, name, value):
        if _is_plain(value):
            values[name] = value
        else:
            self.visit(value)

    def _visit_all(self, values):
        for value in values:
            if _is_plain(value):
                self.digests.append(digest(value))
            else:
                self.visit(value)

    def _add(self, code):
        self.digests.append(digest(code))
        self._read_names(code)

    def _read_names(self, code):
        for instruction in dis.get_instructions(code):
            name = instruction.argval
            if instruction.opname in WRITES:
                self._written.add(name)
            elif instruction.opname in READS and name in self._namespace:
                self._read(self._globals, name, self._namespace[name])
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                self._read_names(constant)
