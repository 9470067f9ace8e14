"""Ce que vérifient plusieurs TP : le bruit, les pertes, les pas de D et de G, la boucle, l'échantillonnage.

The student's functions run on two small witness networks whose every input is recorded. A step of theirs is
compared with the gradient worked out here, on the same noise, by automatic differentiation of the losses of
Goodfellow et al. (2014, algorithm 1); when it differs, it is compared with what the usual mistakes would give,
so that the message names the mistake. The optimizers are plain SGD with a rate of 1: what moved is the gradient.
A `Game` says what the networks of a session take and give.
"""

import copy
from dataclasses import dataclass
from math import prod

import numpy as np
import torch
from torch import nn

from tp_gan import data
from tp_gan.checks import array, number
from tp_gan.training import Run

__all__ = [
    "Game",
    "check_discriminator_step",
    "check_fresh",
    "check_generator_step",
    "check_loss",
    "check_new_each_time",
    "check_noise",
    "check_normal",
    "check_not_frozen",
    "check_sample",
    "check_train",
    "device_of",
    "discriminator_loss",
    "discriminator_mistakes",
    "generator_loss",
    "generator_mistakes",
    "latent_dim_of",
    "network",
    "same_rows",
    "saturating_loss",
    "scores",
    "tensor",
    "trained",
    "witnesses",
]


@dataclass(frozen=True)
class Game:
    """What the two networks of a session play on.

    shape: of one real example. logits: whether D ends without its sigmoid, the loss then holding it. classes: with
    labels, both networks take them as a second argument, integers of shape (n,); 0 for none. things: the plural,
    masculine, that messages use for examples. data: the name of the argument of `train` that holds them.
    """

    shape: tuple = (2,)
    logits: bool = False
    classes: int = 0
    things: str = "points"
    data: str = "data"

    def real(self, n, seed, device):
        """n real examples in [-1, 1], all different, of this shape, and their labels or None."""
        if self.shape == (2,):
            examples = torch.from_numpy(data.circle(n, seed=seed))
        else:
            generator = torch.Generator().manual_seed(seed)
            examples = 2 * torch.rand(n, *self.shape, generator=generator) - 1
        labels = torch.from_numpy(np.random.default_rng(seed).permutation(n) % self.classes) if self.classes else None
        return examples.to(device), labels if labels is None else labels.to(device)

    def scores(self, discriminator, x, labels=None):
        """D's probabilities that x is real, whatever D ends on."""
        output = discriminator.compute(x, labels)
        return output.sigmoid() if self.logits else output


def check_noise(answer, seed):
    """Shape (n, latent_dim), float32, standard normal, every number drawn apart, a new draw at each call."""
    latent_dim, device = latent_dim_of(answer), device_of(answer)
    torch.manual_seed(seed)
    for n in (1, 7 + seed):
        z = tensor(answer, answer.returned(n))
        array(answer, z.detach(), (n, latent_dim))
    if z.dtype != torch.float32:
        answer.fail(f"le tenseur est de type {z.dtype}, les réseaux attendent torch.float32 : voyez torch.randn.")
    if z.device.type != device.type:
        answer.fail(f"le tenseur est sur « {z.device} », les réseaux sur « {device} » : torch.randn(…, device=device).")
    first, second = answer(_many(answer)), answer(_many(answer))
    check_normal(answer, first)
    check_fresh(answer, [first, second])


def check_discriminator_step(answer, seed, game=Game()):
    """Steps of D: its update and the loss returned, G and the batch untouched, fresh normal noise."""
    generator, discriminator = witnesses(answer, seed, game)
    optimizer, steps = _counted_sgd(discriminator)
    noises, gradients, leaks, drawn = [], [], [], []
    for parameter in generator.parameters():
        parameter.register_hook(leaks.append)
    # Two short batches for the gradients, where a wrong mean shows, and a long one for the law of the noise.
    for turn, n in enumerate((32, 32, _many(answer, game))):
        real, labels = game.real(n, 10 * seed + turn, device_of(answer))
        given, given_labels = real.clone(), None if labels is None else labels.clone()
        generator.forget()
        discriminator.forget()
        before_g, before_d = generator.values(), discriminator.values()
        reference = copy.deepcopy(discriminator)
        arguments = (real,) if labels is None else (real, labels)
        loss = answer.returned(generator, discriminator, optimizer, *arguments)
        loss = number(answer, loss, "la perte renvoyée")

        if not torch.equal(real, given):
            answer.fail(f"les {game.things} réels reçus ont été modifiés sur place : travaillez sur une copie.")
        if labels is not None and not torch.equal(labels, given_labels):
            answer.fail("les étiquettes reçues ont été modifiées sur place : travaillez sur une copie.")
        # Fakes that G makes for D may be made in evaluation mode.
        _check_modes(answer, game, "D", generator, discriminator)
        d_real = game.scores(reference, real, labels)
        if not generator.calls and _close(
            before_d - discriminator.values(), _gradient(-d_real.log().mean(), reference)
        ):
            answer.fail(f"{_NO_FAKES} : il manque celui des faux, generator(bruit).")
        z, z_labels = _noise_given(answer, generator, n, "autant de faux que de vrais", game)
        if z.shape == real.shape and torch.equal(z, real):
            answer.fail(f"G a reçu les {game.things} réels : il ne doit recevoir que du bruit.")
        noises.append(z)
        check_fresh(answer, noises)
        if not discriminator.seen:
            answer.fail("l'argument discriminator n'est jamais appelé : la fonction utilise-t-elle un autre réseau ?")
        if leaks:
            answer.fail(
                "le gradient remonte jusque dans G. Coupez-le : generator(z).detach(), ou fabriquez les faux sous "
                "torch.no_grad()."
            )
        if not torch.equal(generator.values(), before_g):
            answer.fail("G a été modifié. Ce pas n'entraîne que D.")
        check_not_frozen(answer, generator, discriminator)

        with torch.no_grad():
            fake = generator.compute(z, z_labels)
        if game.classes and n == 32:
            _check_labels_seen(answer, discriminator, real, labels, f"les {game.things} réels")
            _check_labels_seen(answer, discriminator, fake, z_labels, "les faux")
        d_fake = game.scores(reference, fake, z_labels)
        expected = _gradient(discriminator_loss(d_real, d_fake), reference)
        mistakes = _gradients(discriminator_mistakes(d_real, d_fake), reference)
        if len(discriminator.seen_with_gradient) < len(discriminator.seen):
            told = "les vrais sont notés sous torch.no_grad() : D n'apprend rien d'eux"
            mistakes = {told: mistakes[_NO_REAL], **mistakes}
        if np.isclose(loss, float(discriminator_loss(d_real, d_fake).detach()), rtol=5e-3):
            told = (
                "le terme des faux n'atteint pas D : backward() l'oublie, ou bien detach() ou no_grad() porte sur la "
                "note de D, et non sur generator(z) seul"
            )
            mistakes = {told: mistakes[_NO_FAKES], **mistakes}
        if game.classes:
            as_real, as_fake = _entropy(d_real, labels[:, None]), _entropy(d_fake, z_labels[:, None])
            wrong = {
                f"{_DIGITS} (terme des vrais)": as_real + _entropy(d_fake, 0),
                f"{_DIGITS} (terme des faux)": _entropy(d_real, 1) + as_fake,
                f"{_DIGITS} (les deux termes)": as_real + as_fake,
            }
            mistakes |= _gradients(wrong, reference)
        if turn:
            mistakes[_NO_ZERO_GRAD] = expected + gradients[-1]
        moved = before_d - discriminator.values()
        _check_move(answer, moved, expected, mistakes, discriminator, "D", steps, turn)
        gradients.append(moved)
        _check_returned(answer, loss, discriminator_loss(d_real, d_fake), "D")
        if game.classes and not torch.equal(z_labels, labels):
            drawn.append(z_labels)
    check_normal(answer, z)
    if drawn:
        _check_labels_drawn(answer, drawn, game)


def check_generator_step(answer, seed, game=Game()):
    """Steps of G: its update and the loss returned, D untouched, fresh normal noise (and labels)."""
    generator, discriminator = witnesses(answer, seed, game)
    optimizer, steps = _counted_sgd(generator)
    noises, gradients, arrived, drawn = [], [], [], []
    for parameter in generator.parameters():
        parameter.register_hook(arrived.append)
    for turn, n in enumerate((32, 32, _many(answer, game))):
        generator.forget()
        discriminator.forget()
        arrived.clear()
        before_g, before_d = generator.values(), discriminator.values()
        reference = copy.deepcopy(generator)
        loss = answer.returned(generator, discriminator, optimizer, n)
        loss = number(answer, loss, "la perte renvoyée")

        _check_modes(answer, game, "G", generator, discriminator)
        z, labels = _noise_given(answer, generator, n, "batch_size faux", game)
        noises.append(z)
        drawn.append(labels)
        check_fresh(answer, noises)
        if not discriminator.seen:
            answer.fail("l'argument discriminator n'est jamais appelé : G apprend de la note que D donne à ses faux.")
        if not torch.equal(discriminator.values(), before_d):
            answer.fail("D a été modifié. Ce pas n'entraîne que G : n'appelez step() que sur l'optimiseur reçu.")
        check_not_frozen(answer, generator, discriminator)

        fake = reference.compute(z, labels)
        if game.classes and n == 32:
            _check_labels_seen(answer, discriminator, fake.detach(), labels, "les faux")
        d_fake = game.scores(discriminator, fake, labels)
        expected = _gradient(generator_loss(d_fake), reference)
        mistakes = _gradients(generator_mistakes(d_fake), reference)
        if game.classes:
            mistakes |= _gradients({_DIGITS: _entropy(d_fake, labels[:, None])}, reference)
        if turn:
            mistakes[_NO_ZERO_GRAD] = expected + gradients[-1]
        moved = before_g - generator.values()
        if not moved.any() and not arrived:
            answer.fail(
                "aucun gradient n'arrive à G : il manque loss.backward(), ou un detach() ou un no_grad() sépare G "
                "de la perte."
            )
        _check_move(answer, moved, expected, mistakes, generator, "G", steps, turn)
        gradients.append(moved)
        _check_returned(answer, loss, generator_loss(d_fake), "G")
    check_normal(answer, z)
    if game.classes:
        _check_labels_drawn(answer, drawn, game)


def check_train(answer, seed, game=Game(), discriminator_steps=1, generator_steps=1, **options):
    """Sixty steps: the updates of each a step, random batches of the data, a clean gradient, both losses logged.

    With several updates a step, all those of D come first, and the last losses are logged. options: keyword arguments
    handed on to the student's function.
    """
    steps, batch_size = 60, 8
    per_step, several = {"D": discriminator_steps, "G": generator_steps}, max(discriminator_steps, generator_steps) > 1
    generator, discriminator = witnesses(answer, seed, game)
    optimizer_g = torch.optim.SGD(generator.parameters(), lr=0.1 / generator_steps)
    optimizer_d = torch.optim.SGD(discriminator.parameters(), lr=0.1 / discriminator_steps)
    # Every example is seen in 60 random batches of 8, but for one run in 10^12.
    examples, labels = game.real(16, seed, device_of(answer))
    untouched, order = examples.clone(), []
    updates, losses = {"D": 0, "G": 0}, {"loss_d": [], "loss_g": []}
    batches, noises = [], []

    class WatchedRun(Run):
        done = 0

        def __iter__(self):
            for step in super().__iter__():
                if self.done:
                    generator.forget()
                    discriminator.forget()
                self.done += 1
                yield step

    def count(name, network):
        updates[name] += 1
        if run.done == 0:
            answer.fail("run n'est pas parcouru : la boucle s'écrit « for step in run: ».")
        order.append((run.done, name))
        # Whether the two numbers of steps are exchanged is seen at the end.
        if updates[name] > run.done * max(per_step.values()):
            answer.fail(
                f"{name} est mis à jour plus d'une fois par étape : cet appel ne demande qu'un seul lot et un seul pas."
                if per_step[name] == 1
                else f"{name} est mis à jour plus de {per_step[name]} fois par étape : l'appel n'en demandait pas tant."
            )
        if all(parameter.grad is None for parameter in network.parameters()):
            answer.fail(f"l'optimiseur de {name} avance alors que {name} n'a aucun gradient : sont-ils échangés ?")

    def last_calls(enough):
        """What D saw last: the fewest calls that are enough (a student may look at other scores before), else all."""
        kept = discriminator.seen_with_gradient
        start = next((start for start in range(len(kept) - 1, -1, -1) if enough(discriminator.rows(start))), 0)
        return (discriminator.rows(start), discriminator.labels_of(start)) if kept else (examples[:0], labels)

    def from_data(seen):
        seen = seen.flatten(1)
        if seen.shape[1] != prod(game.shape):
            return torch.zeros(len(seen), len(examples), dtype=torch.bool)
        return (seen[:, None] == untouched.flatten(1)[None]).all(dim=2)

    def before_d_step(*_):
        seen, seen_labels = last_calls(lambda seen: batch_size == from_data(seen).any(dim=1).sum() < len(seen))
        matches = from_data(seen)
        real = matches.any(dim=1)
        if run.done and len(seen) == batch_size and not real.any():
            answer.fail(
                "l'optimiseur de D avance alors que D ne vient de juger que des faux : generator_step reçoit-elle "
                "optimizer_d au lieu de optimizer_g ?"
            )
        count("D", discriminator)
        _check_mode(answer, discriminator, game)
        if not torch.equal(examples, untouched):
            answer.fail(f"{game.data} a été modifié sur place : tirez les lots sans rien y changer.")
        if not real.any() or real.all():
            answer.fail(
                f"à chaque étape, D doit juger des {game.things} tirés de {game.data} (l'argument) et des "
                f"{game.things} fabriqués par G."
            )
        if not batches and not generator.seen:
            answer.fail(
                "l'argument generator n'est jamais appelé quand D apprend : qui fabrique les faux que D juge ? Donnez "
                "generator au pas de D."
            )
        if real.sum() != batch_size:
            answer.fail(
                f"D a reçu {int(real.sum())} {game.things} tirés de {game.data} par étape, et non batch_size = "
                f"{batch_size}."
            )
        rows = matches[real].int().argmax(dim=1)
        if game.classes and not torch.equal(seen_labels[real], labels[rows]):
            answer.fail(
                f"D juge des {game.things} tirés de {game.data} avec des étiquettes qui ne sont pas les leurs : "
                "prenez les mêmes indices dans les deux tenseurs."
            )
        if game.classes:
            _check_labels_made(answer, generator, seen[~real], seen_labels[~real])
        batches.append(rows.tolist())
        noises.append(torch.cat(list(generator.seen)) if generator.seen else None)
        reference = copy.deepcopy(discriminator)
        parts = [(seen[mask], seen_labels[mask] if game.classes else None) for mask in (real, ~real)]
        loss = discriminator_loss(*(game.scores(reference, *part) for part in parts))
        losses["loss_d"].append(float(loss.detach()))
        given = torch.cat([parameter.grad.flatten() for parameter in discriminator.parameters()])
        if not _close(given, _gradient(loss, reference)):
            answer.fail(
                "le gradient de D contient autre chose que sa perte, sans doute ce que le pas de G y a laissé : "
                "appelez zero_grad() au début de discriminator_step, avant backward()."
            )
        discriminator.forget()

    def before_g_step(*_):
        if run.done and not generator.seen:
            answer.fail("l'argument generator n'est jamais appelé : la boucle entraîne-t-elle un autre réseau ?")
        count("G", generator)
        _check_mode(answer, generator, game)
        fakes, fake_labels = last_calls(lambda seen: len(seen) == batch_size)
        if len(fakes) != batch_size:
            answer.fail(f"G apprend sur {len(fakes)} faux par pas au lieu de batch_size = {batch_size}.")
        if game.classes:
            _check_labels_made(answer, generator, fakes, fake_labels)
        losses["loss_g"].append(float(generator_loss(game.scores(discriminator, fakes, fake_labels)).detach()))
        discriminator.forget()

    optimizer_d.register_step_pre_hook(before_d_step)
    optimizer_g.register_step_pre_hook(before_g_step)
    run = WatchedRun(steps, view=False)
    arguments = (examples,) if labels is None else (examples, labels)
    answer(generator, discriminator, optimizer_g, optimizer_d, *arguments, run, batch_size, **options)

    if several and (updates["D"], updates["G"]) == (steps * generator_steps, steps * discriminator_steps):
        answer.fail("discriminator_steps et generator_steps sont échangés.")
    for name, times in updates.items():
        if times != steps * per_step[name]:
            expected = "il en faut un par étape" if per_step[name] == 1 else f"il en faut {per_step[name]} par étape"
            answer.fail(f"l'optimiseur de {name} reçu en argument a fait {times} pas en {steps} étapes : {expected}.")
    if several and order != [
        (done + 1, name) for done in range(steps) for name in per_step for _ in range(per_step[name])
    ]:
        answer.fail("à chaque étape, tous les pas de D viennent d'abord, puis tous ceux de G.")
    _check_logged(answer, run.history, steps, losses)
    if np.mean([len(set(batch)) for batch in batches]) < batch_size / 2:
        answer.fail(f"chaque lot répète les mêmes {game.things} : tirez batch_size indices au hasard, et non un seul.")
    seen = {row for batch in batches for row in batch}
    # Also those that begin anew at the end of the data; always the first ones are told below.
    if len(seen) > batch_size and all(
        (np.diff(batch) % len(examples) == 1).all() or np.ptp(batch) == len(set(batch)) - 1 == batch_size - 1
        for batch in batches
    ):
        answer.fail(
            f"les lots sont des tranches de {game.things} qui se suivent : tirez-les au hasard (torch.randperm)."
        )
    if len(seen) < len(examples):
        answer.fail(
            f"en {steps} étapes, D n'a vu que {len(seen)} {game.things} tirés de {game.data} sur {len(examples)} : "
            "tirez un nouveau lot, au hasard parmi tous, à chaque étape."
        )
    # Two batches of 8 hold all 16 examples: drawn anew, they are not the same two for 60 steps.
    if len(set(map(frozenset, batches))) <= len(examples) // batch_size:
        answer.fail(
            "les lots du premier tour des données reviennent sans cesse (itertools.cycle les garde) : mélangez-les de "
            "nouveau à chaque tour, ou tirez un nouveau lot à chaque étape."
        )
    if discriminator_steps > 1 and batches[0] == batches[1] and batches[2] == batches[3]:
        answer.fail("les pas de D d'une même étape voient tous le même lot : tirez-en un nouveau à chaque pas.")
    check_fresh(answer, noises)


def _check_logged(answer, history, steps, losses):
    """One value of each loss a step: the last."""
    every = {name: np.array(values).reshape(steps, -1) for name, values in losses.items()}
    for name, values in every.items():
        kept = history.get(name, [])
        if len(kept) != steps:
            answer.fail(
                f"run.history contient {len(kept)} valeurs de {name} après {steps} étapes. Dans la boucle "
                "« for step in run », appelez run.log(loss_d=…, loss_g=…)."
            )
        if _same(kept, values[:, -1]):
            continue
        mistakes = {
            " : loss_d et loss_g sont échangées": every["loss_g" if name == "loss_d" else "loss_d"][:, -1],
            ", mais les premières": values[:, 0],
            ", mais leurs moyennes": values.mean(axis=1),
            ", mais leurs sommes": values.sum(axis=1),
        }
        told = next((text for text, wrong in mistakes.items() if _same(kept, wrong)), "")
        which = "les dernières pertes" if values.shape[1] > 1 else "les pertes"
        answer.fail(f"les valeurs notées sous {name} ne sont pas {which} de chaque étape{told}.")


def check_sample(answer, seed, game=Game()):
    """G of fresh normal noise, shape (n, *game.shape), without a graph."""
    generator, _ = witnesses(answer, seed, game)
    before, drawn = generator.values(), []
    for n in (1, 5 + seed, 4096):
        generator.forget()
        points = array(answer, tensor(answer, answer.returned(generator, n)), (n, *game.shape))
        if not generator.seen:
            answer.fail("l'argument generator n'est jamais appelé : la fonction utilise-t-elle un autre réseau ?")
        z = torch.cat(list(generator.seen))
        with torch.no_grad():
            expected = generator.compute(z)[:n].cpu().numpy()
        if len(expected) != n or not np.allclose(points, expected, atol=1e-5):
            answer.fail(f"les {game.things} renvoyés ne sont pas generator(z).")
        drawn.append(z)
    check_normal(answer, z)
    check_not_frozen(answer, generator)
    generator.forget()
    answer(generator, 4096)
    check_fresh(answer, [drawn[-1], torch.cat(list(generator.seen))])
    if not torch.equal(before, generator.values()):
        answer.fail("G a été modifié : échantillonner n'entraîne pas.")


# Losses, for scores D(x) in (0, 1) of shape (n, 1), and what the usual mistakes make of them.


def discriminator_loss(d_real, d_fake):
    """The sum of the two cross-entropies (Goodfellow et al., 2014, equation 1)."""
    return -d_real.log().mean() - (1 - d_fake).log().mean()


def generator_loss(d_fake):
    """The non-saturating loss (Goodfellow et al., 2014, section 3)."""
    return -d_fake.log().mean()


def saturating_loss(d_fake):
    """What G lowers in the minimax game itself (Goodfellow et al., 2014, equation 1)."""
    return (1 - d_fake).log().mean()


def discriminator_mistakes(d_real, d_fake):
    """What is said of each wrong loss of D, and its value."""
    right = discriminator_loss(d_real, d_fake)
    log_real, log_fake = d_real.log().mean(), (1 - d_fake).log().mean()
    return {
        "les étiquettes sont échangées : 1 pour les vrais, 0 pour les faux": discriminator_loss(d_fake, d_real),
        "l'étiquette des vrais est 0 : D(x) doit tendre vers 1": -(1 - d_real).log().mean() - log_fake,
        "l'étiquette des faux est 1 : D(G(z)) doit tendre vers 0": -log_real - d_fake.log().mean(),
        _NO_FAKES: -log_real,
        _NO_REAL: -log_fake,
        "c'est la perte de G : il manque les vrais, et l'étiquette des faux est 0": -d_fake.log().mean(),
        "c'est la moyenne des deux termes : leur somme est demandée": right / 2,
        _DOUBLE: 2 * right,
        _SUM: len(d_real) * right,
        "le signe est inversé : la perte doit baisser quand D a raison": -right,
        "le signe du terme des faux est inversé": -log_real + log_fake,
        "le signe du terme des vrais est inversé": log_real - log_fake,
        SIGMOID_TWICE: with_logits(d_real, 1) + with_logits(d_fake, 0),
        _SQUARES: ((d_real - 1) ** 2).mean() + (d_fake**2).mean(),
        OTHER_LOG: right / np.log(10),
        LOG_OF_MEAN: -d_real.mean().log() - (1 - d_fake).mean().log(),
        _ARGUMENTS: 100 * (1 - d_real).mean() + 100 * d_fake.mean(),
        _ARGUMENTS_OF_LOGITS: -d_real.logit().mean(),
    }


def generator_mistakes(d_fake):
    """What is said of each wrong loss of G, and its value."""
    right = generator_loss(d_fake)
    return {
        "l'étiquette est 0 : G cherche à faire dire 1 à D": -(1 - d_fake).log().mean(),
        "c'est la perte saturante, log(1 - D(G(z))) : la non saturante est demandée ici": saturating_loss(d_fake),
        "le signe est inversé : la perte doit baisser quand D se laisse tromper": -right,
        _SUM: len(d_fake) * right,
        "c'est la moitié de ce qui est demandé": right / 2,
        _DOUBLE: 2 * right,
        SIGMOID_TWICE: with_logits(d_fake, 1),
        _SQUARES: ((d_fake - 1) ** 2).mean(),
        OTHER_LOG: right / np.log(10),
        LOG_OF_MEAN: -d_fake.mean().log(),
        _ARGUMENTS: 100 * (1 - d_fake).mean(),
        _ARGUMENTS_OF_LOGITS: -d_fake.logit().mean(),
    }


def _entropy(scores, target):
    """The mean cross-entropy of scores and targets, numbers of any size."""
    return -(target * scores.log() + (1 - target) * (1 - scores).log()).mean()


def with_logits(scores, label):
    return nn.functional.binary_cross_entropy_with_logits(scores, torch.full_like(scores, label))


_NO_FAKES, _NO_REAL = "seul le terme des vrais est là", "seul le terme des faux est là"
_SUM = "c'est une somme sur le lot, et non une moyenne"
_DOUBLE = "c'est le double de ce qui est demandé : sans doute un terme ou un appel de trop"
_DIGITS = "c'est le chiffre qui sert d'étiquette à la perte : elle attend 1 pour « vrai », 0 pour « faux »"
_SQUARES = "c'est une erreur quadratique, et non une entropie croisée"
OTHER_LOG = "le logarithme est népérien : torch.log, et non log10 ou log2"
LOG_OF_MEAN = "c'est le logarithme de la moyenne : prenez la moyenne des logarithmes"
_ARGUMENTS = "les arguments de BCELoss sont échangés : d'abord la note, ensuite l'étiquette"
_ARGUMENTS_OF_LOGITS = (
    "c'est la moyenne des logits : les arguments de BCEWithLogitsLoss sont-ils échangés ? D'abord le logit, ensuite "
    "l'étiquette"
)
SIGMOID_TWICE = "la sigmoïde est appliquée deux fois : BCEWithLogitsLoss en contient une, qui s'ajoute à la vôtre"
_NO_ZERO_GRAD = "le gradient du pas précédent s'ajoute : il manque optimizer.zero_grad() avant backward()"


def scores(seed):
    """Sixteen scores in (0.05, 0.95), which ask for their gradient."""
    generator = torch.Generator().manual_seed(seed)
    return (0.05 + 0.9 * torch.rand(16, 1, generator=generator)).requires_grad_()


def check_loss(answer, scores, right, mistakes):
    """The value of a loss, then its gradient with respect to each of the scores."""
    result = answer.returned(*scores)
    value, expected = number(answer, result), float(right(*scores).detach())
    # Within half a percent, as some add a small number inside the logarithm.
    if not np.isclose(value, expected, rtol=5e-3):
        for text, wrong in mistakes(*scores).items():
            if np.isclose(value, float(wrong.detach()), rtol=1e-4, atol=1e-5):
                answer.fail(f"{text}.")
        answer.fail(f"la valeur est {value:.4f} au lieu de {expected:.4f} sur un lot de 16 points. Relisez la formule.")
    if not (isinstance(result, torch.Tensor) and result.requires_grad):
        answer.fail("le résultat n'est plus relié aux notes de D : ni item(), ni detach(), ni float() dans la perte.")
    gradients = torch.autograd.grad(result.reshape(()), scores, allow_unused=True)
    for given, reference in zip(gradients, torch.autograd.grad(right(*scores), scores), strict=True):
        if given is None or not torch.allclose(given, reference, rtol=5e-2):
            answer.fail("la valeur est juste, mais son gradient ne l'est pas : un detach() de trop ?")


# Witness networks.


class _Memory(list):
    """A list that a copied network goes on sharing."""

    def __deepcopy__(self, memo):
        return self


class _Witness(nn.Module):
    """A network with one hidden layer that keeps the inputs, and the labels, it is called on."""

    def __init__(self, name, game, *layers):
        super().__init__()
        self.name, self.classes, self.layers = name, game.classes, nn.Sequential(*layers)
        self.flattens = name == "D" and len(game.shape) > 1
        # Each call: the input, the labels or None, whether gradients were on. The mode of those with gradients.
        self.calls, self.modes = _Memory(), _Memory()

    def forward(self, x=None, labels=None, *, z=None, input=None):
        # By the name that the student's class gives it, or nn.Sequential.
        x = next((given for given in (x, z, input) if given is not None), None)
        if x is None:
            raise TypeError(f"{self.name} est appelé sans argument")
        if self.classes:
            if labels is None:
                raise TypeError(f"{self.name} attend deux arguments, l'exemple ou le bruit, et ses étiquettes")
            if not isinstance(labels, torch.Tensor):
                raise TypeError(
                    f"les étiquettes de {self.name} doivent être un tenseur d'entiers (n,), et non un objet de type "
                    f"{type(labels).__name__}"
                )
            labels = labels.detach().clone()
            if labels.ndim == 2 and labels.shape[1] == self.classes:
                raise ValueError(
                    f"{self.name} attend des étiquettes entières, de forme (n,) : il appelle one_hot lui-même"
                )
            if labels.shape != x.shape[:1]:
                raise ValueError(
                    f"{self.name} reçoit des étiquettes de forme {tuple(labels.shape)} avec {len(x)} exemples : la "
                    "forme (n,) est attendue"
                )
            if labels.is_floating_point():
                raise TypeError(
                    f"{self.name} reçoit des étiquettes de type {labels.dtype} : des entiers sont attendus, ceux que "
                    "code one_hot"
                )
            if labels.min() < 0 or labels.max() >= self.classes:
                raise ValueError(f"une étiquette de {self.name} n'est pas comprise entre 0 et {self.classes - 1}")
        self.calls.append((x.detach().clone(), labels, torch.is_grad_enabled()))
        if torch.is_grad_enabled():
            self.modes.append(self.training)
        return self.compute(x, labels)

    def compute(self, x, labels=None):
        """What the network gives, unseen."""
        if self.flattens:
            x = x.flatten(1)
        if self.classes:
            x = torch.cat([x, nn.functional.one_hot(labels.long(), self.classes).to(x.dtype)], dim=1)
        return self.layers(x)

    @property
    def seen(self):
        return [x for x, _, _ in self.calls]

    @property
    def seen_with_gradient(self):
        return [x for x, _, gradient in self.calls if gradient]

    def rows(self, start):
        """The inputs of the calls with gradients, from this one on, each laid flat (a D that flattens takes both)."""
        kept = [x.flatten(1) for x in self.seen_with_gradient[start:]]
        return torch.cat(kept) if kept else None

    def labels_of(self, start):
        kept = [labels for _, labels, gradient in self.calls if gradient][start:]
        return torch.cat(kept) if self.classes and kept else None

    def forget(self):
        self.calls.clear()
        self.modes.clear()

    def values(self):
        return torch.cat([parameter.detach().flatten().clone() for parameter in self.parameters()])


def witnesses(answer, seed, game=Game()):
    """A generator and a discriminator of this game, on the notebook's device."""
    torch.manual_seed(1000 + seed)
    latent_dim, size = latent_dim_of(answer), prod(game.shape)
    end = [] if game.logits else [nn.Sigmoid()]
    shape = [nn.Unflatten(1, game.shape)] if len(game.shape) > 1 else []
    made = nn.Linear(latent_dim + game.classes, 8), nn.Tanh(), nn.Linear(8, size), *shape
    generator = _Witness("G", game, *made)
    judged = nn.Linear(size + game.classes, 8), nn.Tanh(), nn.Linear(8, 1), *end
    discriminator = _Witness("D", game, *judged)
    with torch.no_grad():
        # Default weights would leave every score near 1/2, where several mistakes look alike.
        for parameter in discriminator.parameters():
            parameter.mul_(2)
        discriminator.layers[2].bias += 0.4
    device = device_of(answer)
    return generator.to(device), discriminator.to(device)


def _counted_sgd(network):
    """SGD of rate 1, and the list to which each of its steps adds one entry."""
    optimizer, steps = torch.optim.SGD(network.parameters(), lr=1.0), []
    optimizer.register_step_post_hook(lambda *_: steps.append(1))
    return optimizer, steps


def latent_dim_of(answer):
    """The notebook's `latent_dim`, a positive integer, or 2."""
    latent_dim = answer.namespace.get("latent_dim", 2)
    if not isinstance(latent_dim, int) or latent_dim < 1:
        answer.fail(f"latent_dim vaut {latent_dim!r} : un entier positif est attendu.")
    return latent_dim


def device_of(answer):
    """Where the notebook's networks and data live: its `device`, or the processor."""
    return torch.device(answer.namespace.get("device", "cpu"))


def network(answer, network):
    """The value, which must be a network."""
    if not isinstance(network, nn.Module):
        answer.fail(f"un réseau (nn.Module) est attendu, et c'est un objet de type {type(network).__name__}.")
    return network


def trained(answer, value):
    """The value, which must be a network with something to learn."""
    if not list(network(answer, value).parameters()):
        answer.fail("ce réseau n'a aucun poids à apprendre : gardez celui que le notebook entraîne.")
    return value


def check_new_each_time(answer, *arguments):
    """Two calls make two networks."""
    first, second = (network(answer, answer.returned(*arguments)) for _ in range(2))
    if {id(p) for p in first.parameters()} & {id(p) for p in second.parameters()}:
        answer.fail("deux appels renvoient le même réseau : créez les couches à l'intérieur de la fonction.")


def _many(answer, game=Game()):
    """Enough rows for some 8,000 random values, on which no usual law passes for another.

    With classes, enough for a class to be missing by chance once in 10^12.
    """
    return max(-(-8192 // latent_dim_of(answer)), 30 * game.classes)


def _noise_given(answer, generator, n, expected, game):
    """The noise (and labels) on which the student's function called G: n rows in all, or its first call with n rows."""
    if not generator.calls:
        answer.fail("l'argument generator n'est jamais appelé : la fonction utilise-t-elle un autre réseau ?")
    z, labels, _ = zip(*generator.calls, strict=True)
    if sum(map(len, z)) == n:
        return torch.cat(z), torch.cat(labels) if game.classes else None
    for i, call in enumerate(z):
        if len(call) == n:
            return call, labels[i]
    answer.fail(f"G a fabriqué {sum(map(len, z))} {game.things} : {expected} ({n}) sont attendus.")


def _check_labels_seen(answer, discriminator, examples, labels, what):
    """D judged each of these examples with its own label."""
    x = torch.cat(discriminator.seen).flatten(1)
    given = torch.cat([labels for _, labels, _ in discriminator.calls])
    same = same_rows(examples.flatten(1), x)
    _check_labels_kept(answer, same, labels, given, what)


def _check_labels_made(answer, generator, fakes, labels):
    """These fakes come with the labels given to G for them, as far as its recorded calls still tell."""
    z = torch.cat(list(generator.seen))
    made_with = torch.cat([labels for _, labels, _ in generator.calls])
    with torch.no_grad():
        made = generator.compute(z, made_with)
    _check_labels_kept(answer, same_rows(fakes.flatten(1), made.flatten(1)), labels, made_with, "les faux")


def _check_labels_kept(answer, same, labels, others, what):
    """Each row that is one of the others (same: booleans) has its label."""
    if same.any(dim=1).all() and not (same & (labels[:, None] == others[None])).any(dim=1).all():
        answer.fail(
            f"D juge {what} avec d'autres étiquettes que les leurs : il doit recevoir, pour chaque exemple, celle avec "
            "laquelle il a été pris ou fabriqué."
        )


def same_rows(a, b):
    """Which rows of b (m, d) are those of a (n, d), up to rounding: booleans (n, m)."""
    return (a[:, None] - b[None]).abs().amax(dim=2) < 1e-4


def _check_labels_drawn(answer, drawn, game):
    """Fresh labels at each call, every class as often as another (chi-squared at 1e-9)."""
    from scipy.stats import chisquare

    counts = torch.bincount(drawn[-1].cpu().long(), minlength=game.classes).numpy()
    if np.count_nonzero(counts) == 1:
        answer.fail(
            "les étiquettes d'un même lot sont toutes les mêmes : tirez-en une pour chaque faux, torch.randint(0, "
            f"{game.classes}, (n,))."
        )
    if (counts == 0).any():
        missing = ", ".join(map(str, np.flatnonzero(counts == 0)))
        answer.fail(
            f"certaines classes ne sont jamais demandées à G ({missing}) : torch.randint(0, {game.classes}, …), dont "
            "la borne du haut est exclue."
        )
    # Every class in turn is the same each time too, and does no harm.
    in_turn = np.ptp(torch.bincount(drawn[0].cpu().long(), minlength=game.classes).numpy()) <= 1
    if not in_turn and any(torch.equal(drawn[0], other) for other in drawn[1:] if len(other) == len(drawn[0])):
        answer.fail("les mêmes étiquettes servent à chaque appel : tirez-en de nouvelles à l'intérieur de la fonction.")
    if chisquare(counts).pvalue < 1e-9:
        answer.fail(
            "les classes demandées à G ne sont pas tirées uniformément : torch.randint donne à chacune la même chance."
        )


def check_normal(answer, z):
    """Kolmogorov-Smirnov at 1e-9 over some 8,000 values: a false alarm is as rare as that."""
    from scipy.stats import kstest

    if (z == z[:1]).all() or (z.shape[1] > 1 and (z == z[:, :1]).all()):
        answer.fail("le bruit se répète d'une ligne ou d'une colonne à l'autre : chaque nombre doit être tiré à part.")
    values = z.detach().cpu().numpy().ravel()
    different = np.unique(values)
    if 50 < len(different) < 0.9 * values.size and kstest(different, "norm").pvalue > 1e-9:
        answer.fail("les mêmes nombres servent plusieurs fois, le bruit se répète : chacun doit être tiré à part.")
    if kstest(values, "norm").pvalue < 1e-9 or len(different) < 0.9 * values.size:
        answer.fail(
            f"le bruit ne suit pas la loi normale centrée réduite (moyenne {values.mean():.2f}, écart-type "
            f"{values.std():.2f}, de {values.min():.1f} à {values.max():.1f}). Voyez torch.randn."
        )


def tensor(answer, value):
    """The value, which must be a tensor."""
    if not isinstance(value, torch.Tensor):
        answer.fail(f"un tenseur PyTorch est attendu, et c'est un objet de type {type(value).__name__}.")
    return value


def check_fresh(answer, noises):
    """No two draws are the same."""
    for i, z in enumerate(noises):
        if any(z is not None and other is not None and torch.equal(z, other) for other in noises[:i]):
            answer.fail("le même bruit sert deux fois : tirez-en un nouveau à chaque appel.")


def check_not_frozen(answer, *networks):
    """Every parameter of these witnesses still learns."""
    for network in networks:
        if not all(parameter.requires_grad for parameter in network.parameters()):
            answer.fail(f"{network.name} reste figé après l'appel (requires_grad = False) : il n'apprendrait plus.")


_EVALUATION = "où BatchNorm et Dropout n'agissent plus comme il faut"


def _check_mode(answer, network, game):
    """A network of pictures, which may have BatchNorm and Dropout, learns in training mode."""
    if len(game.shape) == 3 and not network.training:
        answer.fail(f"{network.name} apprend en mode évaluation, {_EVALUATION} : rappelez train() après eval().")


def _check_modes(answer, game, learner, *networks):
    """In a step of the learner on pictures: networks left as they were given, and none judged in evaluation mode."""
    if len(game.shape) < 3:
        return
    for network in networks:
        if network.name in (learner, "D") and not all(network.modes):
            does = "apprend" if network.name == learner else "juge les faux"
            answer.fail(f"{network.name} {does} en mode évaluation, {_EVALUATION} : n'appelez pas eval() dans ce pas.")
        if not network.training:
            answer.fail(f"{network.name} reste en mode évaluation après ce pas, {_EVALUATION} : rappelez train().")


def _gradient(loss, network):
    gradients = torch.autograd.grad(loss, list(network.parameters()), retain_graph=True)
    return torch.cat([gradient.flatten() for gradient in gradients])


def _gradients(losses, network):
    return {text: _gradient(loss, network) for text, loss in losses.items()}


def _same(values, expected):
    return len(values) == len(expected) and np.allclose(values, expected, rtol=1e-2, atol=1e-3)


def _close(given, expected):
    return bool((given - expected).norm() <= 1e-2 * expected.norm() + 1e-6)


def _check_move(answer, moved, expected, mistakes, network, name, steps, turn):
    """What one SGD step of rate 1 changed, against the expected gradient and those of the usual mistakes."""
    if _close(moved, expected):
        return
    if not moved.any():
        if all(parameter.grad is None for parameter in network.parameters()):
            answer.fail(f"{name} n'a reçu aucun gradient : il manque loss.backward(), ou zero_grad() vient après lui.")
        if len(steps) > turn and any(p.grad is not None and p.grad.any() for p in network.parameters()):
            answer.fail(
                f"{name} n'a pas bougé : step() vient avant backward(), qui calcule le gradient dont il se sert."
            )
        answer.fail(
            f"{name} n'a pas bougé : il manque optimizer.step(), ou zero_grad() vient entre backward() et step()."
        )
    if len(steps) == 0:
        answer.fail("l'optimiseur reçu en argument n'a fait aucun pas : la fonction en utilise-t-elle un autre ?")
    if len(steps) != turn + 1:
        answer.fail(
            f"step() est appelé {len(steps) - turn} fois : additionnez les pertes, et un seul step() par appel."
        )
    for text, wrong in mistakes.items():
        if _close(moved, wrong):
            answer.fail(f"{text}.")
    answer.fail(
        f"{name} bouge, mais pas dans la direction du gradient de sa perte. Utilisez les arguments reçus, tout le lot, "
        "et la perte demandée."
    )


def _check_returned(answer, loss, expected, name):
    expected = float(expected.detach())
    if not np.isclose(loss, expected, rtol=5e-3):
        answer.fail(f"{name} apprend bien, mais la perte renvoyée vaut {loss:.4f} au lieu de {expected:.4f}.")
