"""Ce qu'une cellule d'étudiant ne fait pas d'ordinaire : lu dans son texte, sans l'exécuter.

Each rule names something that no honest answer of the course needs; tests/answers (thousands of right and wrong
answers) and the solutions trip none of them.
"""

import ast
import re

__all__ = ["Names", "strange"]


def _words(text):
    return frozenset(text.split())


# Attributes that reach behind the language, or behind IPython.
_INTERNALS = _words("""
    __code__ __closure__ __globals__ __builtins__ __wrapped__ __subclasses__ __defaults__ __kwdefaults__ __loader__
    __getattribute__ cell_contents f_back f_locals f_globals f_builtins f_code f_trace tb_frame gi_frame cr_frame
    ag_frame gi_code co_code co_consts ast_transformers input_transformers_post input_transformers_cleanup
    input_transformer_manager set_custom_exc showtraceback _showtraceback custom_exceptions user_global_ns
    history_manager shell_handlers do_execute execute_request iopub_socket shell_stream
""")
_FUNCTIONS = _words("""
    sys._getframe sys._current_frames sys._getframemodulename sys.settrace sys.setprofile sys.addaudithook
    sys.monitoring sys.meta_path sys.path_hooks sys.path_importer_cache sys.call_tracing inspect.stack
    inspect.currentframe inspect.getouterframes inspect.getinnerframes inspect.trace inspect.getframeinfo
    gc.get_objects gc.get_referrers gc.get_referents threading.settrace threading.setprofile threading._trace_hook
    traceback.extract_stack traceback.format_stack traceback.print_stack traceback.walk_stack os._exit os.kill os.abort
    os.execv os.execve os.execvp os.killpg signal.signal signal.setitimer signal.alarm signal.raise_signal
    types.CodeType types.FunctionType types.ModuleType atexit.register weakref.finalize importlib.util
    importlib.machinery importlib.abc importlib.resources operator.attrgetter operator.methodcaller unittest.mock
    sys.modules.pop sys.modules.setdefault sys.modules.update sys.modules.clear sys.modules.__setitem__
""")
_MODULES = _words("""
    ctypes cffi marshal atexit mock nbgrader nbclient nbconvert ipykernel jupyter_client zmq code codeop runpy linecache
    forbiddenfruit gorilla wrapt __main__ pkgutil
""")
# Assigning to an attribute of one of these changes what the checks use,
_GUARDED = _words("""
    builtins numpy random re math dis functools traceback warnings inspect linecache types contextlib torch tensorflow
    keras tp_gan IPython sys os importlib
""")
# except what honest notebooks set there.
_SETTINGS = re.compile(
    r"torch\.(backends|_dynamo|_inductor|load$)|sys\.(stdout|stderr|path|argv|ps1|dont_write_bytecode|last_\w+)$|"
    r"(tensorflow|keras)\.(config|keras\.backend|backend)\b|warnings\.(showwarning|formatwarning|warn)$|os\.environ|"
    r"numpy\.load$|IPython\.core\.interactiveshell\.InteractiveShell\.ast_node_interactivity$"
)
# What the checks compare with, wherever it is replaced: the module may hide behind another name.
_COMPARISONS = _words("allclose isclose array_equal isfinite default_rng errstate catch_warnings fullmatch CheckFailed")
# What is called, and never handed over to be called by something else.
_CALLED = _words("getattr setattr delattr exec eval compile __import__")
_COMPARING = _words("__eq__ __ne__ __lt__ __le__ __gt__ __ge__ __bool__ __contains__ __round__ __abs__ __len__")
_LYING = _words("""
    __array_function__ __torch_function__ __torch_dispatch__ __array_ufunc__ __array_wrap__ __array_finalize__
    __array_priority__ __instancecheck__ __subclasscheck__ __getattribute__ __class__ __tf_dispatch__ __del__
    __reduce__ __reduce_ex__ _render_traceback_
""")
_VALUES = re.compile(r"(^|\.)(ndarray|Tensor|str|int|float|tuple|bytes|complex)$")
_TEXT = re.compile(
    r"gradebook(\.db)?\b|nbgrader|NBGRADER|(^|[/\\])solutions([/\\]|$)|\b(submitted|autograded)\b|/proc/|/etc/|\.ssh\b|"
    r"HIDDEN TESTS|BEGIN SOLUTION|tp_gan[./\\](checks|grading)|[/\\]checks([/\\]|$)|✔ .* : correct|ipython_config|"
    r"sitecustomize|usercustomize|__(builtins|globals|code|closure|subclasses|import)__|LD_PRELOAD|"
    r"\.(tb_frame|gi_frame|f_back|f_locals|f_globals)\b"
)
_SHELL = _words("run_line_magic run_cell_magic magic system getoutput config __class__ colors execution_count __doc__")
_PYTHON_MAGICS = _words("time timeit capture prun memit mprun lprun debug")
_PAST = _words("hist history rerun macro save recall")
_HARMLESS = _words("help print type repr str reload display dir")


class Names:
    """What names mean in a notebook: the modules that its cells import, what the release takes from tp_gan.checks."""

    def __init__(self, provided, written=()):
        self.taken, self.aliases = {"CheckFailed", "*"}, {"np": "numpy", "tf": "tensorflow"}
        for source in provided:
            for node in ast.walk(_tree(source) or ast.Module([], [])):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tp_gan.checks"):
                    self.taken |= {alias.name for alias in node.names}
        for tree in filter(None, map(_tree, [*provided, *written])):
            self.aliases |= _aliases(tree, self.aliases)

    def open(self, name):
        return name.startswith("check_") or name in self.taken


def strange(source, names):
    """What the cell tries, each in a French phrase that goes on from « la réponse x … »."""
    tree = _tree(source)
    if tree is None:
        return []  # IPython cannot run it either
    reader = _Reader(names, _aliases(tree, names.aliases))
    reader.own = {
        getattr(node, "id", getattr(node, "name", getattr(node, "arg", "")))
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.arg)) or isinstance(getattr(node, "ctx", None), ast.Store)
    }
    reader.classes = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    reader.visit(tree)
    return list(dict.fromkeys(reader.found))


def _tree(source):
    """The Python of a cell, its magics made calls; None if it is none."""
    first, _, rest = source.lstrip().partition("\n")
    if first.startswith("%%"):
        words = first[2:].split()
        if words and words[0] == "writefile" and words[-1].endswith(".py"):
            source = f"# {first}\n{rest}"
        elif not words or words[0] not in _PYTHON_MAGICS:
            # Not Python: its text is read as one constant.
            return ast.Module([ast.Expr(ast.Constant(source, lineno=1, col_offset=0))], [])
        else:
            source = f"\n{rest}"
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return ast.parse(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _aliases(tree, known):
    """The module behind each name of the cell; a name that is also an ordinary variable stands for none."""
    aliases, assigned = dict(known), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                aliases[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            aliases |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    assigned[target.id] = node.value
        elif isinstance(node, ast.arg):
            assigned[node.arg] = node
        elif isinstance(node, (ast.For, ast.comprehension, ast.NamedExpr)):
            names = [name for name in ast.walk(node.target) if isinstance(name, ast.Name)]
            assigned |= {name.id: node for name in names if isinstance(name.ctx, ast.Store)}
    for name, value in assigned.items():
        if _is_shell(value):
            aliases[name] = "get_ipython()"
        elif isinstance(value, ast.Name) and value.id in aliases and value.id not in assigned:
            aliases[name] = aliases[value.id]
        else:
            aliases.pop(name, None)
    return aliases


def _is_shell(node):
    """get_ipython(), or InteractiveShell.instance()."""
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
    return name == "get_ipython" or (name == "instance" and "Shell" in ast.unparse(node.func))


def _text(nodes):
    node = nodes[0] if nodes else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is_disguised(node):
    """Whether a text is worked out from nothing but itself, such as "tb_" + "frame", where it could be written."""
    return not isinstance(node, ast.Constant) and not any(isinstance(part, ast.Name) for part in ast.walk(node))


class _Reader(ast.NodeVisitor):
    def __init__(self, names, aliases):
        self.names, self.aliases, self.found = names, aliases, []
        self.repeated, self.inside = [], 0  # the loops around the line; how many loops and functions
        self.own, self.classes, self.called = set(), set(), set()  # names the cell gives; of classes; called at once

    def _says(self, node, what):
        line = getattr(node, "lineno", None)
        self.found.append(what + (f" (ligne {line})" if line else ""))

    def _dotted(self, node):
        """`np.linalg.norm` as "numpy.linalg.norm"; "" for what comes from no module."""
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        root = ""
        if isinstance(node, ast.Name):
            root = self.aliases.get(node.id, "")
        elif _is_shell(node):
            root = "get_ipython()"
        elif isinstance(node, ast.Call) and self._imports(node):
            root = _text(node.args[:1]) or ""
        return ".".join([root, *reversed(parts)]) if root else ""

    def _imports(self, node):
        return getattr(node.func, "id", "") == "__import__" or self._dotted(node.func) == "importlib.import_module"

    def _module(self, node, name):
        """A module, or something of a module, that the cell imports."""
        parts = name.split(".")
        allowed = r"IPython(\.display|\.core\.(display|pylabtools|interactiveshell|magic|getipython)|\.get_ipython|$)"
        strange = parts[0] in _MODULES or name.startswith(("tp_gan.grading", "unittest.mock")) or name in _FUNCTIONS
        if strange or (parts[0] == "IPython" and not re.match(allowed, name)):
            self._says(node, f"importe {name}")
        elif name.startswith("tp_gan.checks.") and (parts[-1].startswith("_") or not self._open(parts)):
            self._says(node, f"prend {parts[-1]} dans les vérifications du cours")

    def _open(self, parts):
        """Whether tp_gan.checks leaves this name to the students."""
        if len(parts) == 3:
            return parts[2] not in ("Answer", "array", "as_array", "number", "question")
        return self.names.open(parts[3]) and (len(parts) == 4 or parts[4] in ("__doc__", "__name__"))

    def visit_Import(self, node):
        for alias in node.names:
            self._module(node, alias.name)

    def visit_ImportFrom(self, node):
        for alias in node.names:
            self._module(node, f"{node.module}.{alias.name}")

    def visit_Attribute(self, node):
        dotted, changes = self._dotted(node), isinstance(node.ctx, (ast.Store, ast.Del))
        parts = dotted.split(".")
        if node.attr in _INTERNALS:
            self._says(node, f"emploie {node.attr}")
        elif dotted in _FUNCTIONS or parts[0] in _MODULES:
            self._says(node, f"emploie {dotted}")
        elif parts[0] == "get_ipython()" and len(parts) == 2 and parts[1] not in _SHELL:
            self._says(node, f"emploie get_ipython().{parts[1]}")
        elif dotted.startswith("tp_gan.checks.") and not self._open(parts):
            self._says(node, f"prend {'.'.join(parts[2:])} dans les vérifications du cours")
        elif node.attr == "__dict__" and parts[0] in _GUARDED:
            self._says(node, f"atteint les attributs de {dotted.removesuffix('.__dict__')}")
        elif changes and (node.attr == "__class__" or node.attr in _COMPARING | _LYING):
            self._says(node, f"remplace {node.attr} d'un objet")
        if changes and parts[0] in _GUARDED and not _SETTINGS.match(dotted):
            self._says(node, f"remplace {dotted}")
        elif changes and node.attr in _COMPARISONS and getattr(node.value, "id", "") not in self.classes:
            self._says(node, f"remplace {node.attr}")
        self.generic_visit(node)

    def visit_Assign(self, node):
        # np.float = float: the usual remedy for old code.
        name = getattr(node.value, "id", "")
        if name not in _words("float int bool object str complex") or self._dotted(node.targets[0]) != f"numpy.{name}":
            self.generic_visit(node)

    def visit_Subscript(self, node):
        dotted, key = self._dotted(node.value), _text([node.slice]) or ""
        if dotted == "sys.modules" and not isinstance(node.ctx, ast.Load):
            self._says(node, "modifie sys.modules")
        elif dotted == "sys.modules" and re.match("tp_gan|builtins|__main__|IPython|numpy", key):
            self._says(node, f"atteint le module {key} par sys.modules")
        elif (key in ("In", "_ih") and hasattr(node.value, "func")) or getattr(node.value, "id", "") == "In":
            self._says(node, "relit les cellules exécutées (In)")
        self.generic_visit(node)

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Store) and node.id in ("globals", "get_ipython"):
            self._says(node, f"redéfinit {node.id}")
        elif isinstance(node.ctx, ast.Load) and node.id in ("__builtins__", "_ih", "_iii", "_ii", "_oh", "__loader__"):
            self._says(node, f"emploie {node.id}")
        elif isinstance(node.ctx, ast.Load) and node.id in _CALLED - self.own and id(node) not in self.called:
            self._says(node, f"passe {node.id} sous un autre nom")

    def visit_Call(self, node):
        self.called.add(id(node.func))
        function, dotted = getattr(node.func, "id", ""), self._dotted(node.func)
        if dotted.startswith("tp_gan.checks.") and ".check_" in dotted:
            self._tries(node, dotted.rpartition(".")[2])
        if function in ("exec", "eval", "compile"):
            self._runs_text(node, function)
        elif function in ("getattr", "setattr", "delattr") and len(node.args) > 1:
            self._by_name(node, function)
        elif self._imports(node):
            if (name := _text(node.args[:1])) is None:
                self._says(node, "importe un module dont le nom est calculé")
            else:
                self._module(node, name)
        elif dotted.endswith((".run_line_magic", ".magic")) and (_text(node.args[:1]) or "").split(" ")[0] in _PAST:
            self._says(node, "relit les cellules exécutées (%history)")
        elif function == "vars" and node.args and self._dotted(node.args[0]).split(".")[0] in _GUARDED:
            self._says(node, f"atteint les attributs de {self._dotted(node.args[0])}")
        elif function not in _HARMLESS and not dotted.endswith(("reload", "display")):
            for value in [*node.args, *(keyword.value for keyword in node.keywords)]:
                if self._dotted(value).startswith("tp_gan.checks"):
                    self._says(node, f"passe une vérification du cours à {function or dotted or 'un appel'}")
        if getattr(node.func, "attr", "") in ("__setattr__", "__delattr__") and any(
            map(self._dotted, (node.func.value, *node.args[:1]))
        ):
            self._says(node, f"emploie {node.func.attr}")
        self.generic_visit(node)

    def _tries(self, node, check):
        """A check called on one candidate after another, until one passes."""
        name = check.removeprefix("check_")
        space = node.args[0] if node.args else None
        written = isinstance(space, ast.Dict) and any(isinstance(value, ast.Constant) for value in space.values)
        own = isinstance(space, ast.Call) and getattr(space.func, "id", "") in ("globals", "locals", "vars")
        if written or (self.inside and not own) or any(_sets(loop, name) for loop in self.repeated):
            self._says(node, f"essaie des réponses l'une après l'autre avec {check}")

    def visit_For(self, node):
        self.repeated.append(node)
        self._nested(node)
        self.repeated.pop()

    visit_While = visit_AsyncFor = visit_For

    def _nested(self, node):
        self.inside += 1
        self.generic_visit(node)
        self.inside -= 1

    visit_Lambda = visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _nested

    def _runs_text(self, node, function):
        text = _text(node.args[:1])
        if text is None or (tree := _tree(text)) is None:
            self._says(node, f"exécute un texte ({function})")
        else:
            self._program(tree)

    def _program(self, tree):
        """A program inside the program."""
        self.aliases = _aliases(tree, self.aliases)
        self.visit(tree)

    def _by_name(self, node, function):
        """getattr(np, "allclose"), read as np.allclose."""
        target, name = self._dotted(node.args[0]), node.args[1]
        text, changes = _text([name]), function != "getattr"
        if text is not None:
            self.visit_Attribute(
                ast.copy_location(ast.Attribute(node.args[0], text, ast.Store() if changes else ast.Load()), node)
            )
        elif target.split(".")[0] in _GUARDED | {"get_ipython()"} and (
            changes or isinstance(name, (ast.BinOp, ast.Call))
        ):
            self._says(node, f"atteint {target} par un nom calculé")
        elif _is_disguised(name):
            self._says(node, f"atteint un attribut par un nom déguisé, {ast.unparse(name)[:60]}")

    def visit_FunctionDef(self, node):
        if node.name in ("globals", "get_ipython"):
            self._says(node, f"redéfinit {node.name}")
        self._nested(node)

    def visit_ClassDef(self, node):
        bases = [ast.unparse(base) for base in node.bases]
        for part in node.body:
            name = getattr(part, "name", "")
            if isinstance(part, ast.Assign):
                name = getattr(part.targets[0], "id", "")
            if name in _LYING or (name in _COMPARING and _answers_always(part)):
                self._says(part, f"définit {name} dans la classe {node.name}")
        if "type" in bases or any("ABC" not in ast.unparse(keyword.value) for keyword in node.keywords):
            self._says(node, f"fait de {node.name} une classe hors du commun")
        elif any(map(_VALUES.search, bases)):
            self._says(node, f"fait de {node.name} une sorte de {bases[0]}")
        self.generic_visit(node)

    def visit_MatchClass(self, node):
        for name in _INTERNALS.intersection(node.kwd_attrs):
            self._says(node, f"emploie {name}")
        self.generic_visit(node)

    def visit_keyword(self, node):
        if node.arg == "capture_locals":
            self._says(node, "lit les variables de qui l'appelle (capture_locals)")
        self.generic_visit(node)

    def visit_Expr(self, node):
        # A sentence that nothing uses, such as a docstring.
        if not isinstance(node.value, ast.Constant) or str(node.value.value).startswith("%%"):
            self.generic_visit(node)

    def visit_Constant(self, node):
        if not isinstance(node.value, str):
            return
        if (found := _TEXT.search(node.value)) or node.value in _COMPARING | _LYING | _INTERNALS:
            self._says(node, f"cite « {found[0] if found else node.value} »")
        elif "\n" in node.value and "import " in node.value and (tree := _tree(node.value)):
            self._program(tree)  # written to a file, say


def _sets(loop, name):
    """Whether a loop gives this name a value, also as globals()["name"]."""
    return any(
        (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store))
        or (isinstance(node, ast.FunctionDef) and node.name == name)
        or (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and _text([node.slice]) == name)
        for node in ast.walk(loop)
    )


def _answers_always(function):
    """A comparison that answers without looking at what it is given."""
    if not isinstance(function, ast.FunctionDef):
        return True
    arguments = {argument.arg for argument in [*function.args.args, *filter(None, [function.args.vararg])]}
    return not arguments & {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
