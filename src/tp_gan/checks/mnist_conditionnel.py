"""Vérifications du TP 05 : MNIST conditionnel.

The steps and the loop are checked on witness networks (tp_gan.checks.adversarial), the student's two networks by
what goes into their first layer and what comes out of their last.
"""

import numpy as np
import torch
from torch import nn

from tp_gan import judge
from tp_gan.checks import CheckFailed, adversarial, array, as_array, mnist, number, question
from tp_gan.checks.adversarial import device_of, latent_dim_of

__all__ = [
    "check_Discriminator",
    "check_Generator",
    "check_accuracy_by_class",
    "check_chance",
    "check_discriminator_step",
    "check_generator",
    "check_generator_step",
    "check_grid_by_class",
    "check_never_asked",
    "check_one_hot",
    "check_random_labels",
    "check_sample_class",
    "check_train",
]

GAME = adversarial.Game(shape=(1, 28, 28), logits=True, classes=10, things="chiffres", data="images")

# The least accuracy of a trained generator, chance being 0.1: after 700 steps, half of the trial budget, 20 seeds
# gave 0.50 to 0.75 on the embedded digits (tools/study.py labels).
ACCURACY = 0.2


@question()
def check_one_hot(answer, seed):
    """(n,) integers to (n, 10) float32: 1 in the label's column, 0 elsewhere; nothing in place."""
    device = device_of(answer)
    for values in ([3], np.random.default_rng(seed).permutation(np.arange(20 + seed) % 10), [0, 0, 2]):
        labels = torch.tensor(np.asarray(values), device=device)
        given = labels.clone()
        codes = adversarial.tensor(answer, answer.returned(labels))
        n = len(labels)
        if tuple(codes.shape) == (n, int(labels.max()) + 1) and codes.shape[1] < 10:
            answer.fail(
                f"pour des étiquettes de {int(labels.min())} à {int(labels.max())}, {codes.shape[1]} colonnes au lieu "
                "de 10 : donnez à F.one_hot le nombre de classes, num_classes=10."
            )
        if tuple(codes.shape) == (10, n):
            answer.fail("lignes et colonnes sont échangées : une ligne par étiquette, dix colonnes.")
        values = array(answer, codes, (n, 10))
        if not torch.equal(labels, given):
            answer.fail("les étiquettes reçues ont été modifiées sur place : travaillez sur une copie.")
        expected = np.eye(10)[labels.cpu().numpy()]
        if np.allclose(values, 1 - expected):
            answer.fail("les 0 et les 1 sont échangés : 1 dans la colonne de l'étiquette, 0 dans les neuf autres.")
        if np.allclose(values, np.roll(expected, -1, axis=1)) or np.allclose(values, np.roll(expected, 1, axis=1)):
            answer.fail("le 1 est décalé d'une colonne : l'étiquette 0 est celle de la première, d'indice 0.")
        if np.allclose(values, expected * labels.cpu().numpy()[:, None]):
            answer.fail(
                "la colonne contient l'étiquette elle-même : elle doit contenir 1, quelle que soit l'étiquette."
            )
        if not np.allclose(values, expected):
            answer.fail(f"l'étiquette {int(labels[0])} donne {_row(values[0])} au lieu de {_row(expected[0])}.")
    if codes.dtype != torch.float32:
        answer.fail(f"le tenseur est de type {codes.dtype}, les réseaux calculent en torch.float32 : ajoutez .float().")
    if codes.device.type != device.type:
        answer.fail(f"le tenseur est sur « {codes.device} », les étiquettes sur « {device} » : restez sur le leur.")


@question()
def check_random_labels(answer, seed):
    """(n,) int64, the ten classes equally likely, independent, a new draw at each call."""
    device = device_of(answer)
    torch.manual_seed(seed)
    for n in (1, 7 + seed):
        labels = adversarial.tensor(answer, answer.returned(n))
        if tuple(labels.shape) != (n,):
            answer.fail(f"le tenseur a la forme {tuple(labels.shape)}, la forme (n,) = ({n},) est attendue.")
    if labels.dtype.is_floating_point or labels.dtype in (torch.bool, torch.complex64):
        answer.fail(
            f"le tenseur est de type {labels.dtype} : une étiquette est un entier, comme en rend torch.randint."
        )
    if labels.dtype != torch.int64:
        try:
            answer.namespace["one_hot"](labels)
        except Exception as error:
            if "LongTensor" in str(error):
                answer.fail(
                    f"le tenseur est de type {labels.dtype}, que votre one_hot refuse : F.one_hot attend torch.int64, "
                    "ce que rend torch.randint sans dtype."
                )
    if labels.device.type != device.type:
        answer.fail(
            f"le tenseur est sur « {labels.device} », les réseaux sur « {device} » : torch.randint(…, device=device)."
        )
    first, second = (answer.returned(2000).cpu().long() for _ in range(2))
    # One by one too: the law of each label does not depend on n.
    alone = torch.cat([answer.returned(1) for _ in range(2000)]).cpu().long()
    low, high = int(torch.cat([first, second, alone]).min()), int(torch.cat([first, second, alone]).max())
    if low < 0 or high > 9:
        answer.fail(f"les étiquettes vont de {low} à {high} : des entiers de 0 à 9 sont attendus.")
    for draw in (first, second):
        _check_uniform(answer, draw)
    if torch.equal(first, second):
        answer.fail("deux appels donnent les mêmes étiquettes : tirez-en de nouvelles, sans fixer la graine.")
    # Independent draws repeat the label before one time in ten: 200 of 2,000, standard deviation 13.
    if not 110 < int((first[1:] == first[:-1]).sum()) < 300 or torch.equal(first[:990], first[10:1000]):
        answer.fail("les étiquettes se suivent dans un ordre régulier : tirez chacune indépendamment des autres.")
    _check_uniform(answer, alone, "sur 2 000 étiquettes tirées une à une")


@question()
def check_never_asked(answer, seed):
    """9: the upper bound of torch.randint is excluded."""
    value = number(answer, answer.given(), "la réponse")
    if value == 0:
        answer.fail("torch.randint(0, 9, …) peut rendre 0 : la borne du bas est comprise. Et celle du haut ?")
    if value != 9:
        answer.fail(f"{value:g} n'est pas le bon chiffre. Des deux bornes de torch.randint, laquelle est exclue ?")


@question(check_one_hot)
def check_Generator(answer, seed):
    """Noise (n, latent_dim) and labels (n,) to pictures (n, 1, 28, 28) in [-1, 1], each after its own label."""
    torch.manual_seed(seed)
    latent_dim, device = latent_dim_of(answer), device_of(answer)
    network = _new_network(answer, device)
    z, labels = torch.randn(40, latent_dim, device=device), (torch.randperm(40) % 10).to(device)
    _check_call(answer, network, (z, labels), f"un bruit (n, {latent_dim})", (40, *GAME.shape))
    _check_label_enters(answer, network, z, labels)
    reached = _check_learns(answer, network, z, labels)
    other, last = _check_layers(answer, z, labels)
    if last is not None:
        mnist.check_tanh_end(answer, other, last, z, labels)
    network.eval()
    with torch.no_grad():
        far = torch.cat([network(scale * z, labels) for scale in (1, 1e2, 1e4, 1e6)])
        if far.abs().max() > 1:
            answer.fail("des pixels sont hors de [-1, 1] : finissez par une tangente hyperbolique (nn.Tanh).")
        if far.min() >= 0:
            answer.fail(
                "aucun pixel n'est négatif : les images sont dans [-1, 1], finissez par nn.Tanh, sans sigmoïde."
            )
    _check_label_matters(answer, network, z, labels, "bruit", "l'image")
    if not reached:
        answer.fail("le gradient ne remonte pas jusqu'au bruit : un detach(), un .data ou un no_grad() l'arrête.")


@question(check_one_hot)
def check_Discriminator(answer, seed):
    """Pictures (n, 1, 28, 28) and labels (n,) to logits (n, 1), each after its own label."""
    torch.manual_seed(seed)
    device = device_of(answer)
    network = _new_network(answer, device)
    x, labels = GAME.real(40, seed, device)
    _check_call(answer, network, (x, labels), "des images (n, 1, 28, 28)", (40, 1))
    _check_label_enters(answer, network, x, labels)
    reached = _check_learns(answer, network, x, labels)
    other, last = _check_layers(answer, x, labels)
    if last is not None:
        mnist.check_logit_end(answer, other, last, x, labels)
    _check_label_matters(answer, network, x, labels, "image", "la note")
    if not reached:
        answer.fail(
            "le gradient ne remonte pas jusqu'à l'image, et G n'apprendrait rien de D : un detach(), un .data ou un "
            "no_grad() l'arrête."
        )
    _check_scale(answer, x, labels)
    with torch.no_grad():
        far = torch.cat([network(scale * x, labels) for scale in (1, 1e2, 1e4, 1e6)])
    if far.min() >= 0 and far.max() <= 1:
        answer.fail("les notes restent dans [0, 1] : D rend ici un logit. Ôtez la sigmoïde, elle est dans la perte.")
    if far.abs().max() <= 1:
        answer.fail("les notes restent dans [-1, 1] : D rend un logit, un nombre quelconque. Finissez par nn.Linear.")
    if far.min() >= 0:
        answer.fail("les notes ne sont jamais négatives (ReLU ?) : un logit peut l'être. Finissez par nn.Linear.")


def _check_scale(answer, x, labels):
    """Where a layer receives the pixels and ten values for the label, these are 0 or `label_scale`, whatever it is."""
    scale = answer.namespace.get("label_scale")
    if scale is None:
        return
    other = 7 if scale == 3 else 3
    answer.namespace["label_scale"] = other
    try:
        network = answer.returned().to(x.device).eval()
        black, white = (
            [
                given
                for layer, given, _ in mnist.layer_calls(network, pictures, labels)[0]
                if isinstance(layer, nn.Linear) and given.shape == (len(x), 784 + 10)
            ]
            for pictures in (torch.zeros_like(x), torch.ones_like(x))
        )
    finally:
        answer.namespace["label_scale"] = scale
    for on_black, on_white in zip(black, white, strict=True):
        coded = (on_black != on_black[0]).any(dim=0)
        codes = on_black[:, coded]
        if codes.shape[1] != 10:
            continue
        low, high = (float(value) for value in codes.aminmax())
        if not ((codes == low) | (codes == high)).all():
            continue
        if low == 0 and high == scale and scale in _taken(answer, network):
            continue
        if (low, high) == (0, 1):
            answer.fail("l'étiquette n'est pas multipliée par label_scale avant d'être jointe aux pixels.")
        if low == other:
            answer.fail("label_scale s'ajoute au codage de l'étiquette : multipliez-le, label_scale * one_hot(labels).")
        if low == 0 and np.isclose(high, 1 / other):
            answer.fail("le codage de l'étiquette est divisé par label_scale : multipliez-le.")
        if low == 0 and high != other:
            answer.fail(
                f"avec label_scale = {other}, le codage de l'étiquette est multiplié par {high:g} : écrivez "
                "label_scale * one_hot(labels)."
            )
        if (on_white[:, ~coded] == other).all():
            answer.fail("label_scale multiplie aussi les pixels : seul le codage de l'étiquette doit l'être.")


def _taken(answer, network):
    """The numbers that the student's classes and functions took when their cells were run: a default value, a copy."""
    numbers, done = set(), set()
    todo = [member for part in network.modules() for kind in type(part).__mro__ for member in vars(kind).values()]
    while todo:
        value = todo.pop()
        if type(value) in (int, float):
            numbers.add(value)
        elif getattr(value, "__globals__", None) is answer.namespace and value not in done:
            done.add(value)
            names = set(value.__code__.co_names) - {"label_scale"}
            todo += [*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values()]
            todo += [answer.namespace.get(name) for name in names]
    return numbers


@question(check_random_labels)
def check_discriminator_step(answer, seed):
    """See `adversarial.check_discriminator_step`."""
    adversarial.check_discriminator_step(answer, seed, GAME)


@question(check_random_labels)
def check_generator_step(answer, seed):
    """See `adversarial.check_generator_step`."""
    adversarial.check_generator_step(answer, seed, GAME)


@question(check_discriminator_step, check_generator_step)
def check_train(answer, seed):
    """See `adversarial.check_train`."""
    adversarial.check_train(answer, seed, GAME)


@question(check_train)
def check_generator(answer, seed):
    """The network trained in the notebook draws the digit that it is asked for."""
    network = answer.given()
    adversarial.network(answer, network)
    torch.manual_seed(seed)
    device = next(network.parameters()).device
    labels = torch.arange(1000, device=device) % 10
    was_training = network.training
    network.eval()
    with torch.no_grad():
        pictures = answer(torch.randn(1000, latent_dim_of(answer), device=device), labels)
    network.train(was_training)
    array(answer, pictures, (1000, *GAME.shape), "ce qu'il produit")
    accuracy = judge.accuracy_by_class(pictures, labels)
    if accuracy.mean() < ACCURACY:
        answer.fail(
            f"le juge lit le chiffre demandé dans {100 * accuracy.mean():.0f} % des images, il en faut au moins "
            f"{100 * ACCURACY:.0f} % (au hasard : 10 %). Relancez dès la création des réseaux. Si cela ne suffit pas, "
            "ajoutez à G un BatchNorm1d après chaque couche cachée, et voyez ce que reçoivent G et D."
        )


@question()
def check_sample_class(answer, seed):
    """n pictures of the digit asked for: fresh normal noise, this label alone, eval mode, no graph."""
    generator, _ = adversarial.witnesses(answer, seed, GAME)
    modes = _modes(generator)
    before, drawn = generator.values(), []
    for digit, n in ((9, 1), (0, 5 + seed), (3 + seed, 256)):
        generator.forget()
        pictures = array(
            answer, adversarial.tensor(answer, answer.returned(generator, digit, n)), (n, *GAME.shape), "le résultat"
        )
        if not generator.calls:
            answer.fail("l'argument generator n'est jamais appelé : la fonction utilise-t-elle un autre réseau ?")
        z, labels = torch.cat(list(generator.seen)), torch.cat([labels for _, labels, _ in generator.calls])
        if not (labels == digit).all():
            answer.fail(
                f"pour digit = {digit}, G a reçu les étiquettes {_some(labels)} : n fois {digit} est attendu, par "
                "exemple torch.full((n,), digit)."
            )
        with torch.no_grad():
            expected = generator.compute(z, labels)[:n].cpu().numpy()
        if len(expected) != n or not np.allclose(pictures, expected, atol=1e-5):
            answer.fail("les images renvoyées ne sont pas generator(z, labels).")
        drawn.append(z)
    generator.forget()
    answer(generator, 3 + seed, 256)
    adversarial.check_normal(answer, z)
    adversarial.check_fresh(answer, [drawn[-1], torch.cat(list(generator.seen))])
    _check_left_alone(answer, generator, before, modes)


@question()
def check_grid_by_class(answer, seed):
    """Each z with each of the ten labels: pictures and labels, in each class in the order of z."""
    generator, _ = adversarial.witnesses(answer, seed, GAME)
    modes, before = _modes(generator), generator.values()
    for k in (1, 4 + seed):
        z = torch.randn(k, latent_dim_of(answer), device=device_of(answer))
        given = z.clone()
        generator.forget()
        result = answer.returned(generator, z)
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            answer.fail("deux tenseurs sont attendus, les images et leurs étiquettes : return images, labels.")
        if not generator.calls:
            answer.fail("l'argument generator n'est jamais appelé : la fonction utilise-t-elle un autre réseau ?")
        if not torch.equal(z, given):
            answer.fail("le bruit reçu a été modifié sur place : travaillez sur une copie.")
        for part in result:
            adversarial.tensor(answer, part)
        pictures = array(answer, result[0], (10 * k, *GAME.shape), "le premier résultat (les images)")
        labels = array(answer, result[1], (10 * k,), "le second résultat (les étiquettes)")
        if (
            (np.bincount(labels.clip(0, 9).astype(int), minlength=10) != k).any()
            or labels.min() < 0
            or labels.max() > 9
        ):
            answer.fail(f"chacune des dix étiquettes doit apparaître une fois par bruit de z, soit {k} fois.")
        seen = torch.cat(list(generator.seen))
        if not adversarial.same_rows(seen, z).any(dim=1).all():
            answer.fail("G reçoit d'autres bruits que z : les mêmes bruits doivent servir aux dix classes.")
        for digit in range(10):
            asked = torch.full((k,), digit, device=z.device)
            with torch.no_grad():
                expected = generator.compute(z, asked).cpu().numpy()
            found = pictures[labels == digit]
            if np.allclose(found, expected, atol=1e-4):
                continue
            each = np.abs(found[:, None] - expected[None]).max(axis=(2, 3, 4)).min(axis=0)
            if each.max() < 1e-4:
                answer.fail("dans chaque classe, les images doivent suivre l'ordre de z : la première vient de z[0].")
            answer.fail(
                f"les images rendues avec l'étiquette {digit} ne sont pas celles de G pour chaque z et cette "
                "étiquette. Voyez repeat et repeat_interleave : l'un répète le lot, l'autre chaque élément."
            )
    _check_left_alone(answer, generator, before, modes)


@question()
def check_accuracy_by_class(answer, seed):
    """Of the pictures asked for as a digit, the share that is judged to be that digit."""
    rng = np.random.default_rng(seed)
    asked = np.repeat(np.arange(10), rng.integers(5, 40, 10))
    rng.shuffle(asked)
    judged = np.where(rng.random(len(asked)) < 0.6, asked, rng.integers(0, 10, len(asked)))
    right = np.array([(judged[asked == digit] == digit).mean() for digit in range(10)])
    tensors = torch.from_numpy(judged.copy()), torch.from_numpy(asked.copy())
    result = answer.returned(*tensors)
    if not (np.array_equal(tensors[0], judged) and np.array_equal(tensors[1], asked)):
        answer.fail("les étiquettes reçues ont été modifiées sur place : travaillez sur une copie.")
    shown = as_array(result)
    if shown is not None and shown.size == 1:
        answer.fail("un seul nombre est rendu : dix sont attendus, un par chiffre demandé.")
    value = array(answer, result, (10,))
    times, given = np.bincount(asked), np.bincount(judged, minlength=10)
    mistakes = {
        "vous divisez par le nombre d'images où ce chiffre est lu : divisez par celles où il est demandé": right
        * times
        / given,
        "vous divisez par le nombre total d'images : divisez par celles où ce chiffre est demandé": right
        * times
        / len(asked),
        "ce sont des nombres d'images : une part est entre 0 et 1": right * times,
        "ce sont des pourcentages : une part est entre 0 et 1": 100 * right,
        "c'est la part des erreurs": 1 - right,
        "c'est la même moyenne pour tous : pour chaque chiffre, ne gardez que les images où il est demandé": np.full(
            10, (judged == asked).mean()
        ),
        "c'est la fréquence des chiffres lus : comparez-les aux chiffres demandés": given / len(asked),
    }
    if not np.allclose(value, right, atol=1e-4):
        for text, wrong in mistakes.items():
            if np.allclose(value, wrong, rtol=1e-3, atol=1e-4):
                answer.fail(f"{text}.")
        worst = int(np.abs(value - right).argmax())
        answer.fail(
            f"le chiffre {worst} est demandé {times[worst]} fois, et lu {round(right[worst] * times[worst])} fois "
            f"parmi celles-là : {right[worst]:.3f} est attendu, et non {value[worst]:.3f}."
        )


@question()
def check_chance(answer, seed):
    """A tenth: ten digits, equally likely, whatever is asked."""
    value = number(answer, answer.given(), "la réponse")
    if abs(value - 10) < 1e-6:
        answer.fail("c'est un pourcentage : donnez une part, entre 0 et 1.")
    if abs(value - 0.1) > 0.005:
        answer.fail(f"{value:g} n'est pas la bonne valeur. Parmi dix chiffres, combien conviennent à la demande ?")


# The student's two networks.


def _new_network(answer, device):
    """A new network of the student's class, in train mode."""
    try:
        adversarial.check_new_each_time(answer)
    except CheckFailed as error:
        if "before Module.__init__() call" in str(error):
            answer.fail("__init__ doit commencer par super().__init__(), sans quoi nn.Module refuse toute couche.")
        raise
    network = answer.returned().to(device)
    mnist.check_new_mode(answer, network)
    return network


def _check_call(answer, network, arguments, what, shape):
    """The network takes these two arguments, leaves them alone, and gives float32 of this shape."""
    given = [argument.clone() for argument in arguments]
    output = answer.call(network, *arguments)
    if not torch.equal(arguments[1], given[1]):
        answer.fail("forward modifie sur place les étiquettes reçues : travaillez sur une copie.")
    if not torch.equal(arguments[0], given[0]):
        answer.fail(
            "forward modifie sur place son premier argument : travaillez sur une copie (.clone()), flatten et view en "
            "partagent la mémoire."
        )
    if output is None:
        answer.fail("le réseau ne renvoie rien (None) : il manque un « return » dans forward.")
    output = adversarial.tensor(answer, output)
    if tuple(output.shape) == (shape[0], int(np.prod(shape[1:]))) and len(shape) > 2:
        answer.fail(f"les images sortent à plat, de forme {tuple(output.shape)} : donnez-leur (n, 1, 28, 28).")
    if shape == (40, 1) and tuple(output.shape) == (40,):
        answer.fail("la sortie a la forme (n,) : (n, 1) est attendu, comme les étiquettes 1 et 0 de la perte.")
    array(answer, output.detach(), shape, f"la sortie, pour {what} et des étiquettes (n,),")
    if output.dtype != torch.float32:
        answer.fail(f"la sortie est de type {output.dtype} : torch.float32 est attendu.")


def _check_label_enters(answer, network, x, labels):
    """No layer receives the labels as one number each, be it added to the rest or multiplied by it."""
    calls, _ = mnist.layer_calls(network, x[:1].expand_as(x).clone(), labels)
    for given in [given for layer, given, _ in calls if isinstance(layer, nn.Linear)][:2]:
        if given.ndim == 2 and len(given) == len(labels):
            columns, value = given.float(), labels.float()
            columns, value = columns - columns.mean(dim=0), value - value.mean()
            likeness = (columns * value[:, None]).sum(dim=0) / (columns.norm(dim=0) * value.norm() + 1e-9)
            if likeness.abs().max() > 0.999:
                answer.fail(
                    "l'étiquette entre comme un seul nombre. Un 8 n'est pas deux fois un 4 : donnez au réseau les dix "
                    "valeurs de one_hot(labels)."
                )


def _check_learns(answer, network, x, labels):
    """Every parameter asks for its gradient, and one reaches the network; whether one reaches x."""
    parameters = list(network.parameters())
    if not parameters:
        answer.fail("le réseau n'a aucun paramètre : rangez ses couches dans self, par exemple dans un nn.Sequential.")
    if not all(parameter.requires_grad for parameter in parameters):
        answer.fail("des paramètres sont figés (requires_grad = False) : ils n'apprendraient pas.")
    x = x.clone().requires_grad_()
    output = answer.call(network, x, labels)
    mnist.backward(answer, output)
    if not output.requires_grad or all(parameter.grad is None for parameter in parameters):
        answer.fail("aucun gradient ne traverse le réseau : un detach(), un no_grad() ou un seuil l'arrête.")
    return x.grad is not None and bool(x.grad.any())


def _check_layers(answer, x, labels):
    """The depth and the activations that TP 04 asked for; a new network and its last linear layer or None."""
    network = answer.returned().to(x.device)
    last = mnist.check_layers(answer, network, x, labels)
    # After a call, without which nn.LazyLinear has no weights.
    if all(parameter.ndim <= 2 for parameter in network.parameters()):
        mnist.check_depth(answer, network)
    return network, last


def _check_label_matters(answer, network, x, labels, first, second):
    """In eval mode: each output depends on its own input and its own label, and on nothing else."""
    network.eval()
    with torch.no_grad():
        together, again = network(x, labels), network(x, labels)
        other_labels, other_x = network(x, (labels + 3) % 10), network(x.flip(0), labels)
        apart = torch.cat([_alone(answer, network, x[i : i + 1], labels[i : i + 1]) for i in range(len(x))])
        reversed_order = network(x.flip(0), labels.flip(0)).flip(0)
    if not torch.equal(together, again):
        answer.fail(
            "en mode évaluation, deux appels identiques diffèrent : forward doit utiliser les étiquettes reçues, sans "
            "tirage, et F.dropout recevoir training=self.training."
        )
    if not (torch.allclose(together, apart, atol=1e-4) and torch.allclose(together, reversed_order, atol=1e-4)):
        answer.fail(f"{second} dépend des autres lignes du lot : chaque {first} va avec sa propre étiquette.")
    changed = (together != other_labels).flatten(1).any(dim=1)
    if not changed.all():
        answer.fail(
            f"changer l'étiquette ne change pas {second}. Joignez one_hot(labels) à l'entrée : torch.cat(…, dim=1)."
        )
    if not (together != other_x).flatten(1).any(dim=1).float().mean() > 0.5:
        answer.fail(f"changer d'entrée ne change pas {second} : le premier argument de forward doit servir lui aussi.")


def _alone(answer, network, x, label):
    """The output for one example and its label."""
    try:
        output = answer.call(network, x, label)
    except CheckFailed as error:
        answer.fail(
            "un lot d'une seule ligne ne passe pas : F.one_hot y a besoin de num_classes=10, et squeeze() y ôte aussi "
            f"la dimension du lot. Ici, {str(error).removeprefix(f'{answer.name} : ')}"
        )
    return output


# What calls a network without training it.


def _modes(generator):
    """A witness that notes in which mode it is called; it starts in train mode."""
    modes = []
    generator.train()
    generator.register_forward_pre_hook(lambda module, _: modes.append(module.training))
    return modes


def _check_left_alone(answer, generator, before, modes):
    """G was called in eval mode, left in train mode as by `sample`, and neither changed nor frozen."""
    if any(modes):
        answer.fail(
            "G fabrique ces images en mode « train » : par BatchNorm, chacune y dépend du reste du lot. Passez par "
            "sample."
        )
    if not generator.training:
        answer.fail(
            "G reste en mode évaluation après l'appel, où il apprendrait mal : passez par sample, qui le remet en mode "
            "« train »."
        )
    adversarial.check_not_frozen(answer, generator)
    if not torch.equal(before, generator.values()):
        answer.fail("G a été modifié : fabriquer des images n'entraîne pas.")


# Labels.


def _check_uniform(answer, labels, drawn="sur 2 000 étiquettes"):
    """Every class as often as another: chi-squared at 1e-9 over 2,000 labels."""
    from scipy.stats import chisquare

    counts = torch.bincount(labels, minlength=10).numpy()
    if (missing := np.flatnonzero(counts == 0)).size:
        digits = ", ".join(map(str, missing))
        answer.fail(
            f"{drawn}, aucune n'est {digits} : des deux bornes de torch.randint, celle du haut est exclue."
            if missing.size == 1
            else f"{drawn}, aucune n'est l'une de celles-ci : {digits}. Tirez des entiers de 0 à 9."
        )
    if chisquare(counts).pvalue < 1e-9:
        answer.fail(f"les dix chiffres n'ont pas la même chance : {drawn}, {_some(counts)}… Voyez torch.randint.")


def _row(values):
    return "(" + " ; ".join(f"{value:g}".replace(".", ",") for value in values) + ")"


def _some(values):
    return ", ".join(str(int(value)) for value in list(values)[:5])
