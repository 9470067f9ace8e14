"""Ce que les fils tendus cherchent dans le noyau : `tripwires.arm` en envoie le texte, cellule après cellule.

Run by `exec` in a namespace of its own that holds ROOT (folder of the installed tp_gan), NONCE, CALLS (checks of the
test cell just run, as (module, function)) and EVERYTHING (look at all of tp_gan, not only at the checks). It ends by
raising `Report`, whose text is the JSON of what was found. The student's code runs in this process too: this detects
the usual ways of cheating, and cannot detect them all.
"""

import builtins
import json
import re
import sys
import threading
import types
from importlib.machinery import SourceFileLoader

found = []
shell = getattr(getattr(sys.modules.get("IPython"), "InteractiveShell", None), "_instance", None)


class Report(AssertionError):
    """Not shown to anybody: it takes the place of a failing test."""

    def _render_traceback_(self):
        return [NONCE]  # noqa: F821


def same(live, fresh, here, there, depth=0):
    """Whether a live object is still what its file makes of it; `here` and `there` are the modules' dictionaries."""
    if live is fresh or depth > 12:
        return True
    if type(live) is not type(fresh):
        # A class of the fresh copy, whose instance this is.
        return type(live).__name__ == type(fresh).__name__ and type(fresh).__module__.startswith("tp_gan")
    if isinstance(fresh, types.FunctionType):
        # What dataclass and namedtuple write has other globals.
        space = here if fresh.__globals__ is there else fresh.__globals__
        if live.__globals__ is not space and live.__globals__.get("__name__") != space.get("__name__"):
            return False
        if live.__code__ != fresh.__code__ or (space is here and live.__globals__ is not here):
            return False
        cells = [[cell.cell_contents for cell in function.__closure__ or ()] for function in (live, fresh)]
        parts = [
            (live.__defaults__, fresh.__defaults__),
            (live.__kwdefaults__, fresh.__kwdefaults__),
            (vars(live), vars(fresh)),
            tuple(cells),
        ]
        return all(same(one, other, here, there, depth + 1) for one, other in parts)
    if isinstance(fresh, type):
        plain = {"__dict__", "__weakref__", "__doc__", "__module__", "__firstlineno__", "__static_attributes__"}
        names = [n for n in vars(fresh) if n not in plain and not n.startswith(("_abc", "_keras", "_tf"))]
        if live.__module__ != fresh.__module__ or not vars(live).keys() >= set(names):
            return False
        return all(same(vars(live)[n], vars(fresh)[n], here, there, depth + 1) for n in names)
    if isinstance(fresh, (staticmethod, classmethod)):
        return same(live.__func__, fresh.__func__, here, there, depth + 1)
    if isinstance(fresh, property):
        return same(live.fget, fresh.fget, here, there, depth + 1)
    if isinstance(fresh, dict):
        return live.keys() == fresh.keys() and all(same(live[k], fresh[k], here, there, depth + 1) for k in fresh)
    if isinstance(fresh, (list, tuple)):
        return len(live) == len(fresh) and all(
            same(one, other, here, there, depth + 1) for one, other in zip(live, fresh, strict=True)
        )
    if isinstance(fresh, (str, bytes, int, float, complex, set, frozenset, bool)):
        return live == fresh or live != live
    return True


def look_at(name):
    """A module of tp_gan against its file, executed once more beside it."""
    live = sys.modules[name]
    path, here = getattr(live, "__file__", None), getattr(live, "__dict__", {})
    expected = [ROOT + name.removeprefix("tp_gan").replace(".", "/") + end for end in (".py", "/__init__.py")]  # noqa: F821
    if path not in expected or type(live) is not types.ModuleType:
        found.append(f"le module {name} a été remplacé par un autre")
        return
    there = {
        "__name__": name,
        "__file__": path,
        "__package__": live.__package__,
        "__path__": getattr(live, "__path__", []),
    }
    try:
        exec(SourceFileLoader(name, path).get_code(name), there)
    except Exception as error:
        found.append(f"le module {name} ne peut plus être relu ({type(error).__name__})")
        return
    checking = name.startswith("tp_gan.checks")
    for key, fresh in there.items():
        if key.startswith("__") or (not checking and not isinstance(fresh, (types.FunctionType, type))):
            continue
        if key not in here or not same(here[key], fresh, here, there):
            kind = "la vérification" if key.startswith("check_") else "la fonction du cours"
            found.append(f"{kind} {name.removeprefix('tp_gan.')}.{key} a été remplacée")
    for key in sorted(here.keys() - there.keys()):
        if key.startswith("__"):
            continue
        if hasattr(builtins, key) or getattr(here[key], "__module__", "") == "__main__":
            found.append(f"{key} a été ajouté au module {name}")


def look_at_class(cls):
    """A class of IPython or ipykernel against its file: no method may have been replaced."""
    module = sys.modules[cls.__module__]
    waiting, known = [SourceFileLoader(cls.__module__, module.__file__).get_code(cls.__module__)], set()
    while waiting:
        code = waiting.pop()
        known.add((code.co_name, code.co_code))
        waiting += [part for part in code.co_consts if isinstance(part, types.CodeType)]
    for key, value in vars(cls).items():
        value = getattr(value, "__func__", value)
        while hasattr(value, "__wrapped__"):
            value = value.__wrapped__
        code = getattr(value, "__code__", None)
        if (code is not None and code.co_name == key and (key, code.co_code) not in known) or (
            code is not None and value.__globals__.get("__name__") == "__main__"
        ):
            found.append(f"{cls.__name__}.{key} d'IPython a été remplacé")


def shadowed(thing, label):
    """Methods replaced on the object itself."""
    for key, value in vars(thing).items():
        method = getattr(type(thing), key, None)
        if isinstance(method, types.FunctionType) and is_students(value):
            found.append(f"{label}.{key} a été remplacé")


def is_students(value):
    """Written in the notebook. Asks a lazy module for nothing, which would load it."""
    if isinstance(value, types.MethodType):
        value = value.__func__
    if isinstance(value, types.FunctionType):
        return value.__globals__.get("__name__") == "__main__"
    kind = value if isinstance(value, type) else type(value)
    return getattr(kind, "__module__", "") == "__main__"


def look_around():
    """Hooks by which IPython, Python or a library would run other code than the one that is written."""
    for attribute, french in (
        ("ast_transformers", "un transformateur de code (ast_transformers) a été posé"),
        ("input_transformers_post", "un transformateur de texte (input_transformers) a été posé"),
        ("custom_exceptions", "les erreurs sont détournées (set_custom_exc)"),
    ):
        if getattr(shell, attribute, None):
            found.append(french)
    if "globals" in shell.user_ns:
        found.append("le nom globals, que les tests emploient, a été redéfini")
    manager = shell.input_transformer_manager
    for transform in [*manager.cleanup_transforms, *manager.line_transforms, *manager.token_transformers]:
        if not getattr(transform, "__module__", type(transform).__module__).startswith("IPython."):
            found.append("un transformateur de texte (input_transformers) a été posé")
    for event, callbacks in shell.events.callbacks.items():
        if any(is_students(callback) or is_students(getattr(callback, "__self__", callback)) for callback in callbacks):
            found.append(f"une fonction s'exécute à chaque cellule (évènement {event})")
    if sys.gettrace() or sys.getprofile() or threading._trace_hook or threading._profile_hook:
        found.append("une fonction espionne l'exécution (settrace ou setprofile)")
    for finder in [*sys.meta_path, *sys.path_hooks]:
        if is_students(finder):
            found.append("les imports sont détournés (meta_path ou path_hooks)")
    if is_students(sys.displayhook) or is_students(sys.excepthook):
        found.append("un crochet de Python est détourné (displayhook ou excepthook)")
    kernel = getattr(shell, "kernel", None)
    for thing, label in ((shell, "IPython"), (kernel, "kernel"), (getattr(kernel, "session", None), "session")):
        if thing is not None:
            shadowed(thing, label)
            for cls in type(thing).__mro__:
                if cls.__module__.split(".")[0] in ("IPython", "ipykernel", "jupyter_client"):
                    if EVERYTHING or not CALLS:  # noqa: F821
                        look_at_class(cls)
                elif cls.__module__ == "__main__":
                    found.append(f"{label} a changé de classe")
    for name, handler in getattr(kernel, "shell_handlers", {}).items():
        if is_students(handler):
            found.append(f"le noyau répond autrement aux messages ({name})")
    libraries = "builtins numpy numpy.linalg numpy.random torch torch.nn torch.nn.functional torch.autograd tensorflow"
    libraries += " tensorflow.math keras keras.ops random warnings math re dis functools traceback linecache inspect"
    libraries += " contextlib pathlib json sys types"
    for name in libraries.split():
        for key, value in list(vars(sys.modules.get(name, types)).items()):
            # Also honest: a copy of what is printed, one's own way of showing warnings.
            if is_students(value) and not key.startswith(
                ("last_", "stdout", "stderr", "warn", "showwarning", "formatwarning", "load")
            ):
                found.append(f"{name}.{key} a été remplacé")
    for name, cls in (("torch", "Tensor"), ("torch.nn", "Module"), ("keras", "Model"), ("keras", "Layer")):
        for key, value in list(vars(getattr(sys.modules.get(name), cls, object)).items()):
            if is_students(value):
                found.append(f"{name}.{cls}.{key} a été remplacé")


def works():
    """What every check stands on, tried."""
    sure = [
        isinstance(1, int),
        not isinstance(1, str),
        len("ab") == 2,
        float("1.5") == 1.5,
        not all([1, 0]),
        any([0, 1]),
    ]
    sure += [not any([0]), abs(-2) == 2, sum([1, 2]) == 3, max(1, 3) == 3, bool([]) is False]
    if "numpy" in sys.modules:
        np = sys.modules["numpy"]
        sure += [not np.allclose([0.0], [1.0]), not np.array_equal([0], [1]), not np.isclose(0.0, 1.0)]
        sure += [not np.isfinite(np.inf), float(np.abs(np.array([-2.0])).max()) == 2.0]
        sure += [not (np.array([1.0]) == np.array([2.0])).any()]
    if not all(sure):
        found.append("les comparaisons ne comparent plus (numpy ou Python modifié)")


def look_at_calls():
    """Each check just run, on an answer that is missing and on one that is blank."""
    for module, name in CALLS:  # noqa: F821
        check = getattr(sys.modules.get(f"tp_gan.checks.{module}"), name, None)
        if check is None:
            found.append(f"la vérification {name} a disparu")
            continue
        for answers in ({}, {name.removeprefix("check_"): None}):
            try:
                check(answers)
            except Exception:
                continue
            found.append(f"la vérification {name} accepte une réponse vide")
            break


def look_at_values():
    """An answer that passes for a text or a number and is none: it may equal everything."""
    for name in [name.removeprefix("check_") for _, name in CALLS]:  # noqa: F821
        value = shell.user_ns.get(name)
        if isinstance(value, (str, bytes, int, float, complex)) and type(value).__module__ not in ("builtins", "numpy"):
            found.append(f"{name} se fait passer pour un objet de type {value.__class__.__name__}")


def identities():
    """Objects that stay the same from the first cell to the last, unless somebody replaces them."""
    np = sys.modules["numpy"]
    own = {"input", "_", "display", "get_ipython", "copyright", "credits", "license", "help", "exit", "quit", "open"}
    kept = {f"builtins.{k}": id(v) for k, v in vars(builtins).items() if k not in own and not k.startswith("__")}
    for label, module in (("np", np), ("np.linalg", np.linalg)):
        kept |= {
            f"{label}.{k}": id(v)
            for k, v in vars(module).items()
            if k in module.__all__ and callable(v) and k != "load"
        }
    return kept | {"re.sub": id(re.sub)}


def main():
    import numpy  # noqa: F401

    for step in (look_around, works, look_at_calls, look_at_values):
        try:
            step()
        except Exception as error:
            found.append(f"l'état du noyau ne se laisse pas lire ({type(error).__name__} : {error})"[:200])
    checks = {"tp_gan.checks", "tp_gan", *(f"tp_gan.checks.{module}" for module, _ in CALLS)}  # noqa: F821
    for name in sorted(name for name in sys.modules if name == "tp_gan" or name.startswith("tp_gan.")):
        if (EVERYTHING or name in checks) and not name.startswith("tp_gan.grading"):  # noqa: F821
            look_at(name)
    return {"nonce": NONCE, "found": list(dict.fromkeys(found)), "identities": identities()}  # noqa: F821


if "NONCE" in globals():  # sent to a kernel, and not imported
    shell.user_ns.pop("_tp_gan_builtins", None)
    raise Report(json.dumps(main()))
