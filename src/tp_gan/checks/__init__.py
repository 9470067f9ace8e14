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
            self.fail(_told(error, self.name))
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
                try:
                    check(answer, seed)
                except CourseError:
                    raise
                except Exception as error:
                    answer.fail(
                        "la vérification s'est arrêtée sur une erreur, sans doute parce que votre réponse rend un "
                        f"objet d'une forme ou d'un type inattendus.\n{type(error).__name__} : "
                        f"{' '.join(str(error).split())[:150]}"
                    )
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
    "must be the same as input size": ": les notes et leurs étiquettes n'ont pas la même forme",
    "'int' object has no attribute 'size'": ": la perte attend un tenseur d'étiquettes de la forme des notes, comme "
    "torch.ones_like(notes), et non un nombre",
    "desired output type Long": ": un tenseur d'entiers est donné où il faut des nombres à virgule ; ajoutez .float()",
    "could not infer output dtype": ": la moyenne attend des nombres à virgule ; ajoutez .float()",
    "Inference tensors": ": ce tenseur vient de torch.inference_mode(), et rien ne peut en être appris ; "
    "employez torch.no_grad()",
    "shapes cannot be multiplied": ": la taille des données n'est pas celle qu'attend la couche",
    "No gradients provided": ": la perte ne dépend pas des poids demandés ; le bloc « with tf.GradientTape() » doit "
    "contenir l'appel des réseaux et le calcul des pertes, celle de G sur les notes des fausses, sans stop_gradient ni "
    "predict",
    "Unknown variable": ": cet optimiseur est celui d'un autre réseau, et ne connaît pas ces poids",
    "has no attribute 'numpy'": ": dans un tf.function, un tenseur n'a pas encore de valeur ; laissez-le tel quel, "
    "sans numpy()",
    "non-persistent": ": un ruban ne donne qu'un gradient, il en faut deux (ou persistent=True)",
    "incompatible with the layer": ": la forme des données n'est pas celle qu'attend le réseau",
    "Invalid input shape": ": la forme des données n'est pas celle qu'attend le réseau",
    "total size of the tensor must be unchanged": ": Reshape garde le nombre de valeurs, et ce n'est pas le cas ici",
    "cannot reshape array": ": reshape garde le nombre de valeurs ; une taille est peut-être écrite en dur",
    "not connected to `outputs`": ": une entrée donnée à keras.Model ne sert pas ; chacune doit mener à la sortie",
    "no defined input": ": ce réseau n'a pas encore servi ; partez d'une nouvelle keras.Input(…)",
    "_unique_id": ": apply_gradients reçoit zip(gradients, variables), les gradients d'abord",
    "apply_gradients() takes": ": apply_gradients reçoit zip(gradients, variables)",
    "(expected 2, got 0)": ": la liste des poids est vide, un réseau est figé (trainable = False)",
    "symbolic tf.Tensor": ": dans un tf.function, comme celui où fit place train_step, NumPy ne lit aucun tenseur ; "
    "employez les fonctions de TensorFlow ou de Keras",
    "terating over a symbolic": ": dans fit, une boucle de train_step est celle de Python, range(…) et non tf.range(…)",
    "len is not well defined": ": dans fit, la taille du lot n'est pas connue d'avance ; tf.shape(x)[0], et non len(x)",
    "'NoneType' object cannot be interpreted as an integer": ": dans fit, la taille du lot n'est pas connue d'avance ; "
    "tf.shape(x)[0], et non x.shape[0], et tf.random pour le bruit",
    "concatenation axis": ": Concatenate joint des tenseurs dont seul le dernier axe, par défaut, peut différer",
    "ConcatOp : Dimension 0": ": les tenseurs joints n'ont pas le même nombre de lignes, celui du lot",
    "'SymbolicTensor' object cannot be interpreted": ": dans un tf.function, une taille de lot n'a pas encore de "
    "valeur ; tirez par tf.random, et non par np.random ou une boucle",
    "target` and `output` must have the same shape": ": les notes et leurs étiquettes n'ont pas la même forme",
    "not 'SymbolicTensor'": ": dans un tf.function, un tenseur n'a pas encore de valeur ; laissez-le tel quel, sans "
    "float() ni int()",
    "Computed output size": ": l'image est devenue plus petite que le noyau ; comptez les convolutions",
    "elements of (None": ": dans fit, la taille du lot n'est pas connue d'avance ; tf.shape(x)[0], et non x.shape[0]",
    "Kernel shape must have the same length": ": keras.Input reçoit la forme d'un seul exemple, sans le lot",
    "must be fully-defined": ": une taille manque ; keras.Input reçoit la forme d'un seul exemple, sans le lot, et "
    "BatchNormalization reçoit momentum=0.9 (0.9 seul serait l'axe)",
    "' to a shape": ": une forme à un seul nombre s'écrit avec une virgule, (n,)",
    "`x` and `y` must have the same dtype": ": TensorFlow ne mélange pas les types ; convertissez d'abord par tf.cast",
    "of dtype uint8": ": TensorFlow ne mélange pas les types ; convertissez d'abord par tf.cast",
    "was expected to be a": ": TensorFlow ne mélange pas les types ; convertissez d'abord par tf.cast",
    "Tensor object has no attribute 'astype'": ": un tenseur de TensorFlow se convertit par tf.cast(x, tf.float32)",
    "No images found": ": Keras cherche une classe par sous-dossier ; il n'y en a pas ici, labels=None",
    "truth value of an array": ": comparer deux tableaux donne un booléen par nombre ; pour les comparer en entier, "
    "np.array_equal",
    "(expected 2, got 1)": ": deux valeurs sont attendues au lieu d'une ; apply_gradients reçoit zip(gradients, "
    "variables)",
    "missing 2 required positional arguments": ": il manque deux arguments ; la signature donnée est à garder, valeurs "
    "par défaut comprises",
    "'NoneType' and": ": un des deux vaut None ; un gradient l'est quand le GradientTape n'a pas suivi ce dont il "
    "dépend (tape.watch)",
    "missing 1 required positional argument": ": il manque un argument, ou un module déjà construit est suivi de "
    "parenthèses vides",
}


def _told(error, name):
    """An exception of the student's code in the answer `name`: where, what line, and what it says."""
    # The lines that the student wrote: neither this package's nor a library's.
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith((_PACKAGE, "<frozen"))
        and "site-packages" not in frame.filename
        and "dist-packages" not in frame.filename
        and "__autograph_generated" not in frame.filename
    ]
    # The innermost, after the answer's own where that one called another cell.
    outer = [frame for frame in own if frame.name == name and frame.filename != own[-1].filename]
    places = []
    for frame in outer[-1:] + own[-1:]:
        if frame.line:
            cell = f"la cellule de {frame.name}" if frame.name.isidentifier() else "sa cellule"
            places.append(f" à la ligne {frame.lineno} de {cell}, « {frame.line} »")
    place = ", qui mène".join(places)
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
