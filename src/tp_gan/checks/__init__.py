"""Les vérifications que lancent les notebooks : un module par TP, une fonction `check_...` par question.

A check receives the notebook's `globals()`, tries the student's answer on small fixed inputs, and either prints
one line or raises `CheckFailed` with one or two French lines that say what is wrong and where to look. The hidden
test of a question is the same function with another `seed`: what the student sees and what is graded cannot
disagree.
"""

import dis
import functools
import random
import re
import sys
import traceback
import warnings
from pathlib import Path

import numpy as np

from tp_gan import CourseError

__all__ = ["Answer", "CheckFailed", "array", "as_array", "number", "question"]

_BLANK = "la réponse est encore vide"
_PACKAGE = str(Path(__file__).parents[1])


class CheckFailed(CourseError):
    """Une réponse fausse."""


class Answer:
    """What a student gave under one name, called so that its errors are told in French.

    `namespace` holds the rest of the notebook, for the few checks that need it.
    """

    def __init__(self, name, namespace):
        if name not in namespace:
            raise CheckFailed(
                f"{name} n'existe pas encore : exécutez la cellule de réponse (Maj + Entrée), et gardez ce nom."
            )
        self.name, self.namespace, self.value = name, namespace, namespace[name]

    def given(self):
        """The value itself, for a question whose answer is a value; a blank one is a `CheckFailed`."""
        if self.value is None or self.value is ...:
            self._fail_blank()
        return self.value

    def _fail_blank(self):
        self.fail(f"{_BLANK}. Écrivez-la dans sa cellule, là où il y a « VOTRE CODE ICI ».")

    def fail(self, message):
        raise CheckFailed(f"{self.name} : {message}")

    def __call__(self, *args, **kwargs):
        """Call the student's function; None and exceptions become a `CheckFailed`."""
        if not callable(self.value):
            self.fail(f"une fonction est attendue, et c'est un objet de type {type(self.value).__name__}.")
        return self.call(self.value, *args, **kwargs)

    def call(self, function, *args, **kwargs):
        """The same for another function of the student's, such as the network that the answer makes."""
        torch = sys.modules.get("torch")
        recording = torch is not None and torch.is_grad_enabled()
        try:
            result = function(*args, **kwargs)
        except CheckFailed:
            raise
        except (Exception, SystemExit) as error:
            raised_here = error.__traceback__.tb_next and error.__traceback__.tb_next.tb_next is None
            if isinstance(error, NotImplementedError) and raised_here:
                self._fail_blank()
            self.fail(_told(error))
        if recording and not torch.is_grad_enabled():
            torch.set_grad_enabled(True)
            self.fail("les gradients restent désactivés après l'appel. Un bloc « with torch.no_grad(): » les rétablit.")
        if result is None and _is_blank(getattr(function, "forward", function)):
            self._fail_blank()
        return result

    def returned(self, *args, **kwargs):
        """Like a call, for a function that must return something."""
        result = self(*args, **kwargs)
        if result is None:
            self.fail("la fonction ne renvoie rien (None). Il manque un « return ».")
        return result


def question(*needs):
    """Turn `check(answer, seed)` into a check of the notebook's answer of that name, `check_<name>`.

    needs: the checks of the earlier answers on which this one stands. When it fails because one of those is
    wrong, the message says which to mend first. Random states are left as they were found.
    """

    def decorate(check):
        name = check.__name__.removeprefix("check_")

        def attempt(namespace, seed):
            answer = Answer(name, namespace)
            try:
                check(answer, seed)
            except CheckFailed as failure:
                if not str(failure).startswith(f"{name} : {_BLANK}"):
                    for need in needs:
                        try:
                            need.attempt(namespace, seed)
                        except CheckFailed as cause:
                            raise CheckFailed(f"{name} s'appuie sur une réponse à corriger d'abord. {cause}") from None
                raise

        @functools.wraps(check)
        def run(namespace, seed=0):
            # A library's warning beside the verdict would only confuse, and nbgrader takes it for a failure.
            with _random_states_kept(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    attempt(namespace, seed)
                except CheckFailed as failure:
                    # A fresh exception, so that nothing of the package is in its trace or its context.
                    message = str(failure)
                else:
                    others = " aussi sur d'autres valeurs" if seed else ""
                    print(f"✔ {name} : correct{others}.")
                    return
            raise CheckFailed(message)

        run.attempt = attempt
        return run

    return decorate


def number(answer, value, what="le résultat"):
    """`value` as a finite float: a Python number, a NumPy scalar, or a tensor with one element."""
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, int) for part in value):
        answer.fail(f"{value[0]},{value[1]} est lu comme deux nombres : en Python, la virgule décimale est un point.")
    if isinstance(value, str):
        answer.fail(f"{what} doit être un nombre, écrit sans guillemets et avec un point décimal.")
    numbers = as_array(value)
    if numbers is None:
        answer.fail(f"{what} doit être un seul nombre, et c'est un objet de type {type(value).__name__}.")
    if numbers.size != 1:
        answer.fail(f"{what} doit être un seul nombre, et non un tableau de forme {numbers.shape}.")
    result = float(numbers.reshape(()))
    if not np.isfinite(result):
        answer.fail(f"{what} vaut {result} : cherchez un logarithme de 0 ou une division par 0.")
    return result


def array(answer, value, shape, what="le résultat"):
    """`value` as a finite float array of this shape: a tensor or a NumPy array."""
    if getattr(value, "requires_grad", False):
        answer.fail(f"{what} porte encore son graphe de calcul. Placez le calcul sous « with torch.no_grad(): ».")
    result = as_array(value)
    if result is None:
        answer.fail(f"{what} doit être un tableau de nombres, et c'est un objet de type {type(value).__name__}.")
    if result.shape != tuple(shape):
        answer.fail(f"{what} a la forme {result.shape}, la forme {tuple(shape)} est attendue.")
    if not np.isfinite(result).all():
        answer.fail(f"{what} contient des valeurs infinies ou indéfinies (NaN).")
    return result


def as_array(value):
    """A float array of what a student returned, or None if it is no regular array of numbers."""
    try:
        if hasattr(value, "detach"):
            value = value.detach().cpu()
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError, RuntimeError, NotImplementedError):
        return None


def _is_blank(function):
    """Whether a function does nothing at all, like the one of an untouched answer cell."""
    nothing = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
    code = getattr(function, "__code__", None)
    return code is not None and {instruction.opname for instruction in dis.get_instructions(code)} <= nothing


# PyTorch's most usual complaints in these sessions, and what they mean for a beginner.
_ADVICE = {
    "does not require grad": ": rien ne relie la perte aux réseaux, un detach(), un no_grad() ou un item() coupe le "
    "gradient",
    "should be between 0 and 1": ": BCELoss attend des probabilités ; pour des logits, c'est BCEWithLogitsLoss",
    "Using a target size": ": les notes et leurs étiquettes n'ont pas la même forme",
    "shapes cannot be multiplied": ": la taille des données n'est pas celle qu'attend la couche",
    "No gradients provided": ": la perte ne dépend pas des poids demandés ; le bloc « with tf.GradientTape() » doit "
    "contenir l'appel des réseaux et le calcul des pertes",
    "Unknown variable": ": cet optimiseur est celui d'un autre réseau, et ne connaît pas ces poids",
    "has no attribute 'numpy'": ": dans un tf.function, un tenseur n'a pas encore de valeur ; laissez-le tel quel, "
    "sans numpy()",
    "non-persistent": ": un ruban ne donne qu'un gradient, il en faut deux (ou persistent=True)",
    "incompatible with the layer": ": la forme des données n'est pas celle qu'attend le réseau",
    "Invalid input shape": ": la forme des données n'est pas celle qu'attend le réseau",
    "total size of the tensor must be unchanged": ": Reshape garde le nombre de valeurs, et ce n'est pas le cas ici",
    "no defined input": ": ce réseau n'a pas encore servi ; partez d'une nouvelle keras.Input(…)",
    "_unique_id": ": apply_gradients reçoit zip(gradients, variables), les gradients d'abord",
    "apply_gradients() takes": ": apply_gradients reçoit zip(gradients, variables)",
    "(expected 2, got 0)": ": la liste des poids est vide, un réseau est figé (trainable = False)",
    "symbolic tf.Tensor": ": dans un tf.function, comme celui où fit place train_step, NumPy ne lit aucun tenseur ; "
    "employez les fonctions de TensorFlow ou de Keras",
    "len is not well defined": ": dans fit, la taille du lot n'est pas connue d'avance ; tf.shape(x)[0], et non len(x)",
    "'NoneType' object cannot be interpreted as an integer": ": dans fit, la taille du lot n'est pas connue d'avance ; "
    "tf.shape(x)[0], et non x.shape[0], et tf.random pour le bruit",
    "concatenation axis": ": Concatenate joint des tenseurs dont seul le dernier axe, par défaut, peut différer",
    "ConcatOp : Dimension 0": ": les tenseurs joints n'ont pas le même nombre de lignes, celui du lot",
    "'SymbolicTensor' object cannot be interpreted": ": dans un tf.function, une taille de lot n'a pas encore de "
    "valeur ; tirez par tf.random, et non par np.random ou une boucle",
    "target` and `output` must have the same shape": ": les notes et leurs étiquettes n'ont pas la même forme",
    "not 'SymbolicTensor'": ": dans un tf.function, un tenseur n'a pas encore de valeur ; laissez-le tel quel, sans "
    "float()",
    "Computed output size": ": l'image est devenue plus petite que le noyau ; comptez les convolutions",
    "(None": ": dans fit, la taille du lot n'est pas connue d'avance ; tf.shape(x)[0], et non x.shape[0]",
    "'NoneType' and": ": un des deux vaut None ; un gradient l'est quand le GradientTape n'a pas suivi ce dont il "
    "dépend (tape.watch)",
    "missing 1 required positional argument": ": il manque un argument, ou un module déjà construit est suivi de "
    "parenthèses vides",
}


def _told(error):
    """An exception of the student's code: where, what line, and what it says."""
    # The innermost line that the student wrote: neither this package's nor a library's.
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith((_PACKAGE, "<frozen"))
        and "site-packages" not in frame.filename
        and "dist-packages" not in frame.filename
        and "__autograph_generated" not in frame.filename
    ]
    place = ""
    if own and own[-1].line:
        cell = f"la cellule de {own[-1].name}" if own[-1].name.isidentifier() else "sa cellule"
        place = f" à la ligne {own[-1].lineno} de {cell}, « {own[-1].line} »"
    # An error inside a tf.function tells first each line that led to it.
    reason = re.sub(r"\Ain user code:.*?\n {4}\w+: ", "", str(error), flags=re.DOTALL)
    reason = " ".join(re.sub(r"\x1b\[[0-9;]*m", "", reason).split())
    advice = next((f" {french}." for english, french in _ADVICE.items() if english in reason), ".")
    if len(reason) > 200:
        reason = reason[:200] + "…"
    return f"une erreur l'arrête{place}{advice}\n{type(error).__name__} : {reason}"


class _random_states_kept:
    """A check draws numbers of its own; the notebook's next draws must not depend on it."""

    def __enter__(self):
        self.python, self.numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
        self.torch = sys.modules["torch"].get_rng_state() if "torch" in sys.modules else None

    def __exit__(self, *exception):
        random.setstate(self.python)
        np.random.set_state(self.numpy)  # noqa: NPY002
        if self.torch is not None:
            sys.modules["torch"].set_rng_state(self.torch)
