# %% [markdown] tags=["badge"]
# [![Ouvrir dans Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/votre_organisation/tp-gan/blob/main/notebooks/05_mnist_conditionnel/05_mnist_conditionnel.ipynb)

# %% [markdown]
# # TP 05 · Choisir le chiffre : un GAN conditionnel
#
# Le générateur du TP 04 écrit des chiffres, mais lesquels ? Ceux qu'il veut : pour obtenir un 7, il faut tirer des $z$
# jusqu'à tomber dessus. Dans cette séance, on le lui **demande**. Il suffit de dire aux deux réseaux de quel chiffre il
# s'agit, et de ne pas se tromper d'étiquette en chemin : presque toutes les erreurs que l'on fait ici passent
# inaperçues sur les pertes.
#
# **Vous allez**
#
# - coder une étiquette de façon qu'un réseau puisse s'en servir ;
# - écrire $G$ et $D$ comme deux classes `nn.Module`, qui reçoivent l'étiquette ;
# - écrire les deux pas et la boucle, chaque image gardant partout son étiquette ;
# - demander un chiffre, puis les dix avec un même $z$, et voir ce que $z$ garde ;
# - mesurer si $G$ obéit, et reconnaître à leurs effets les erreurs classiques ;
# - vérifier si les étiquettes aident même quand on ne veut pas choisir.
#
# **Prérequis** : le TP 04, dont les réseaux, les deux pas et le juge resservent.
#
# **Durée** : environ deux heures de travail.

# %% [markdown] tags=["bareme"]
# **Barème** : 22 points vérifiés automatiquement, 5 corrigés à la main.  
# **Temps de calcul** du corrigé entier : 210 s (budget « cpu »), 46 s (budget « essai »), mesurés sur 2 cœurs.

# %% tags=["installation"]
# Sur Colab, installe le paquet du cours ; ailleurs, cette cellule ne fait rien.
import subprocess
import sys

if "google.colab" in sys.modules:
    archive = "https://github.com/votre_organisation/tp-gan/archive/refs/heads/main.zip"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", f"tp-gan @ {archive}"], check=True)

# %% tags=["preparation"]
import torch
from torch import nn
from torch.nn import functional as F

from tp_gan import data, judge, plots, training

torch.set_num_threads(1)  # ces réseaux n'occupent guère plus d'un cœur
training.setup(seed=0)
device = training.device()  # le GPU s'il y en a un

# %% [markdown]
# ## 1. Des images et leurs étiquettes
#
# Les chiffres du TP 04, cette fois avec leur **étiquette** : le chiffre que chaque image représente, un entier de 0 à 9.

# %% tags=["preparation"]
train_set, test_set = data.handwritten()
images, labels = train_set.images.to(device), train_set.labels.to(device)
print(f"images {tuple(images.shape)}, étiquettes {tuple(labels.shape)} : {labels[:8].tolist()}…")
plots.class_grid(images, labels, title="De vrais chiffres, rangés par étiquette")


# %% [markdown]
# Les deux tenseurs vont ensemble : `labels[i]` est l'étiquette de `images[i]`. Les garder ensemble est toute l'affaire
# de ce TP.
#
# ### Question 1 : coder une étiquette
#
# Un réseau calcule avec des nombres. Lui donner l'étiquette telle quelle, 7, serait une mauvaise idée : les réseaux
# additionnent et multiplient, et un 8 n'est pas deux fois un 4, ni un 5 la moyenne d'un 4 et d'un 6. On emploie donc dix
# nombres, un par classe : 1 à la place de la bonne, 0 ailleurs. C'est le codage **un parmi dix** (en anglais, *one-hot*).
# Écrivez `one_hot(labels)`.

# %% nbgrader={"grade": false, "grade_id": "one_hot", "locked": false, "schema_version": 3, "solution": true, "task": false}
def one_hot(labels):
    """Le codage un parmi dix : d'étiquettes entières (n,) vers un tenseur (n, 10) de float32."""
    ### BEGIN SOLUTION
    return F.one_hot(labels, num_classes=10).float()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_one_hot", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist_conditionnel

mnist_conditionnel.check_one_hot(globals())
### BEGIN HIDDEN TESTS
mnist_conditionnel.check_one_hot(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Une ligne par étiquette, dix colonnes. Pour l'étiquette 3, le 1 est dans la colonne d'indice 3, la quatrième.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `F.one_hot` fait presque tout. Sans son argument `num_classes`, elle devine le nombre de classes d'après la plus grande étiquette du lot : un lot sans 9 n'aurait que neuf colonnes.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `F.one_hot(labels, num_classes=…)` rend des entiers, et les réseaux veulent des `float32` : ajoutez `.float()`. Autre voie : comparer `labels[:, None]` à `torch.arange(10, device=labels.device)`.
#
# </details>

# %% [markdown]
# ### Question 2 : des étiquettes au hasard
#
# Les vraies images viennent avec leur étiquette. Pour les fausses, c'est à nous de choisir ce que l'on demande à $G$ :
# chaque chiffre doit avoir la même chance. Écrivez `random_labels(n)`, qui tire `n` étiquettes sur l'appareil `device`.
#
# Puis relisez la documentation de `torch.randint`. Un appel `torch.randint(0, 9, (n,))`, que l'on rencontre dans bien des
# programmes, ne demande jamais un certain chiffre. Lequel ? Rangez-le dans `never_asked`.

# %% nbgrader={"grade": false, "grade_id": "random_labels", "locked": false, "schema_version": 3, "solution": true, "task": false}
def random_labels(n):
    """n étiquettes tirées au hasard, de 0 à 9, toutes également probables : un tenseur d'entiers (n,)."""
    ### BEGIN SOLUTION
    return torch.randint(0, 10, (n,), device=device)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_random_labels", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist_conditionnel

mnist_conditionnel.check_random_labels(globals())
### BEGIN HIDDEN TESTS
mnist_conditionnel.check_random_labels(globals(), seed=1)
### END HIDDEN TESTS

# %% nbgrader={"grade": false, "grade_id": "never_asked", "locked": false, "schema_version": 3, "solution": true, "task": false}
never_asked = None
### BEGIN SOLUTION
never_asked = 9
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_never_asked", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist_conditionnel

mnist_conditionnel.check_never_asked(globals())
### BEGIN HIDDEN TESTS
mnist_conditionnel.check_never_asked(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `torch.randint(low, high, size)` tire des entiers. Les deux bornes ne sont pas traitées de la même façon.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Comme pour `range`, la borne du haut est exclue. La forme est un tuple : `(n,)`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `torch.randint(0, …, (n,), device=device)`. L'erreur de borne ne se voit pas sur les pertes : il faut demander ce chiffre-là et regarder l'image.
#
# </details>

# %% [markdown]
# ## 2. Deux réseaux qui lisent l'étiquette
#
# Le jeu du TP 04 portait sur des images ; celui-ci porte sur des **couples** (image, étiquette). Mirza et Osindero (2014)
# l'écrivent ainsi, à la notation près, $y$ étant l'étiquette :
#
# $$\min_G \max_D \; \mathbb{E}_{x, y}\big[\log D(x, y)\big] + \mathbb{E}_{z, y}\big[\log\big(1 - D(G(z, y), y)\big)\big]$$
#
# $G$ reçoit l'étiquette : c'est la commande. $D$ la reçoit aussi, et la question qu'on lui pose change : non plus « est-ce un vrai
# chiffre ? », mais « est-ce un vrai **7** ? ». Un superbe 3 présenté sous l'étiquette 7 ne ressemble à aucun des
# couples réels : $D$ apprend à le refuser, et $G$, pour le tromper, à obéir. Si $D$ ne recevait pas l'étiquette, rien
# n'y obligerait $G$.
#
# Et comment l'étiquette entre-t-elle ? Par la porte la plus simple : on la **joint** aux autres entrées. $G$ recevait
# `latent_dim` nombres, il en reçoit 10 de plus ; $D$ recevait 784 pixels, il reçoit 794 nombres.
#
# ### Question 3 : le générateur
#
# `nn.Sequential` ne sait faire passer qu'une seule entrée. Pour en recevoir deux, on écrit une classe : `__init__` crée
# les couches et les range dans `self.layers`, `forward` dit comment les appeler. Mêmes couches qu'au TP 04, par exemple
# `latent_dim + 10` → 256 → 512 → 784 : deux cachées au moins, `nn.LeakyReLU(0.2)`, `nn.Tanh()` et
# `nn.Unflatten(1, (1, 28, 28))` pour finir. Un `nn.BatchNorm1d` après chaque couche cachée est facultatif, mais $G$ obéit
# bien plus tôt avec lui.

# %% tags=["preparation"]
latent_dim = 64  # nombres tirés au hasard pour fabriquer une image


# %% nbgrader={"grade": false, "grade_id": "Generator", "locked": false, "schema_version": 3, "solution": true, "task": false}
class Generator(nn.Module):
    """G conditionnel : d'un bruit (n, latent_dim) et d'étiquettes (n,) vers n images (n, 1, 28, 28) dans [-1, 1]."""

    def __init__(self):
        super().__init__()
        ### BEGIN SOLUTION
        self.layers = nn.Sequential(
            nn.Linear(latent_dim + 10, 256),
            nn.BatchNorm1d(256),
            nn.LeakyReLU(0.2),
            nn.Linear(256, 512),
            nn.BatchNorm1d(512),
            nn.LeakyReLU(0.2),
            nn.Linear(512, 784),
            nn.Tanh(),
            nn.Unflatten(1, (1, 28, 28)),
        )
        ### END SOLUTION

    def forward(self, z, labels):
        ### BEGIN SOLUTION
        return self.layers(torch.cat([z, one_hot(labels)], dim=1))
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_Generator", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist_conditionnel

mnist_conditionnel.check_Generator(globals())
### BEGIN HIDDEN TESTS
mnist_conditionnel.check_Generator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Dans `__init__`, un `nn.Sequential` comme au TP 04, rangé dans `self.layers`. Seule la taille de l'entrée change.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `torch.cat([a, b], dim=1)` joint deux tenseurs (n, p) et (n, q) en un seul (n, p + q). C'est `forward` qui code l'étiquette : il reçoit des entiers.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `__init__` : `self.layers = nn.Sequential(nn.Linear(latent_dim + 10, 256), nn.BatchNorm1d(256), nn.LeakyReLU(0.2), …, nn.Linear(512, 784), nn.Tanh(), nn.Unflatten(1, (1, 28, 28)))`. `forward` : `return self.layers(torch.cat([z, …], dim=1))`.
#
# </details>

# %% [markdown]
# ### Question 4 : le discriminateur
#
# Il met l'image à plat, lui joint l'étiquette, et rend un logit : 794 → 512 → 256 → 1, avec `nn.LeakyReLU(0.2)` après
# chaque couche cachée. Le `nn.Dropout` du TP 04 est ici facultatif ; sans lui, dans le même temps, $G$ obéit mieux.
#
# Une précaution. Face à 784 pixels qui valent presque tous 1 ou -1, un seul 1 parmi dix valeurs est bien discret : au
# début, $D$ entend les pixels et presque pas l'étiquette. Multipliez le codage par `label_scale`, ci-dessous, avant de
# le joindre : il parlera plus fort.

# %% tags=["preparation"]
label_scale = 5  # force de l'étiquette à l'entrée de D


# %% nbgrader={"grade": false, "grade_id": "Discriminator", "locked": false, "schema_version": 3, "solution": true, "task": false}
class Discriminator(nn.Module):
    """D conditionnel : d'images (n, 1, 28, 28) et de leurs étiquettes (n,) vers des logits (n, 1)."""

    def __init__(self):
        super().__init__()
        ### BEGIN SOLUTION
        self.layers = nn.Sequential(
            nn.Linear(784 + 10, 512),
            nn.LeakyReLU(0.2),
            nn.Linear(512, 256),
            nn.LeakyReLU(0.2),
            nn.Linear(256, 1),
        )
        ### END SOLUTION

    def forward(self, x, labels):
        ### BEGIN SOLUTION
        return self.layers(torch.cat([x.flatten(1), label_scale * one_hot(labels)], dim=1))
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_Discriminator", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist_conditionnel

mnist_conditionnel.check_Discriminator(globals())
### BEGIN HIDDEN TESTS
mnist_conditionnel.check_Discriminator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Le même montage que pour $G$. La dernière couche rend un nombre par image, sans sigmoïde.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `x.flatten(1)` met chaque image à plat, (n, 784), en gardant le lot. On joint ensuite les deux tenseurs selon `dim=1`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `forward` : `return self.layers(torch.cat([x.flatten(1), label_scale * one_hot(…)], dim=1))` ; la première couche est `nn.Linear(784 + 10, 512)`.
#
# </details>

# %% [markdown]
# ## 3. Chaque image garde son étiquette
#
# Les deux pas sont ceux du TP 04, avec une étiquette pour chaque image. Trois règles, et toute la difficulté est là :
#
# - un vrai chiffre est jugé avec **son** étiquette ;
# - un faux est jugé avec l'étiquette **avec laquelle il a été fabriqué** ;
# - les étiquettes des faux sont tirées **à chaque appel**, comme le bruit.
#
# Voici, comme au TP 04, le bruit, la perte sur les logits, et `sample`, qui demande des images à $G$ sans rien
# apprendre. `sample` met $G$ en mode évaluation le temps de l'appel : en mode entraînement, `BatchNorm` centre et réduit
# chaque nombre sur le lot, et un lot qui ne contient que des 7 y serait traité comme le mélange des dix chiffres.

# %% tags=["preparation"]
bce = nn.BCEWithLogitsLoss()


def noise(n):
    """Du bruit de loi normale centrée réduite : un tenseur de forme (n, latent_dim)."""
    return torch.randn(n, latent_dim, device=device)


def sample(generator, z, labels):
    """Les images que G fabrique pour ce bruit et ces étiquettes, en mode évaluation et sans graphe de calcul."""
    generator.eval()
    with torch.no_grad():
        fakes = generator(z, labels)
    generator.train()
    return fakes


# %% [markdown]
# ### Question 5 : le pas du discriminateur
#
# `real` et `labels` vont ensemble. Les faux, aussi nombreux, ont leurs propres étiquettes (reprendre `labels`, qui change
# aussi à chaque lot, serait permis). La perte est celle du TP 04 : la somme des deux termes, celui des vrais et celui
# des faux.

# %% nbgrader={"grade": false, "grade_id": "discriminator_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def discriminator_step(generator, discriminator, optimizer, real, labels):
    """Un pas d'apprentissage de D ; renvoie sa perte.

    optimizer : l'optimiseur de D. real : un lot de vraies images, (n, 1, 28, 28). labels : leurs étiquettes, (n,).
    """
    ### BEGIN SOLUTION
    fake_labels = random_labels(len(real))
    fake = generator(noise(len(real)), fake_labels).detach()
    on_real, on_fake = discriminator(real, labels), discriminator(fake, fake_labels)
    loss = bce(on_real, torch.ones_like(on_real)) + bce(on_fake, torch.zeros_like(on_fake))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_discriminator_step", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist_conditionnel

mnist_conditionnel.check_discriminator_step(globals())
### BEGIN HIDDEN TESTS
mnist_conditionnel.check_discriminator_step(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Repartez du TP 04. Les seuls ajouts : des étiquettes pour les faux, et un second argument à chaque appel de `generator` et de `discriminator`.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Il vous faut deux jeux d'étiquettes, sous deux noms : `labels`, reçues avec `real`, et celles des faux, `random_labels(len(real))`, que vous gardez pour les donner aussi à $D$.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `fake_labels = random_labels(len(real))`, `fake = generator(noise(len(real)), fake_labels).detach()`, puis `discriminator(real, labels)` et `discriminator(fake, …)`.
#
# </details>

# %% [markdown]
# ### Question 6 : le pas du générateur
#
# Il tire un nouveau bruit **et** de nouvelles étiquettes. La perte est toujours la non saturante.

# %% nbgrader={"grade": false, "grade_id": "generator_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def generator_step(generator, discriminator, optimizer, batch_size):
    """Un pas d'apprentissage de G, avec la perte non saturante ; renvoie sa perte. optimizer : l'optimiseur de G."""
    ### BEGIN SOLUTION
    labels = random_labels(batch_size)
    on_fake = discriminator(generator(noise(batch_size), labels), labels)
    loss = bce(on_fake, torch.ones_like(on_fake))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_generator_step", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist_conditionnel

mnist_conditionnel.check_generator_step(globals())
### BEGIN HIDDEN TESTS
mnist_conditionnel.check_generator_step(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Ne confondez pas les deux sens du mot : l'étiquette du chiffre (0 à 9), que reçoivent les deux réseaux, et l'étiquette 1 de la perte, qui veut dire « vrai ».
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Un seul tirage d'étiquettes, deux usages : à $G$ pour fabriquer, à $D$ pour juger.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `labels = random_labels(batch_size)`, puis `discriminator(generator(noise(batch_size), labels), labels)`. Écrire deux fois `random_labels(batch_size)` donnerait deux tirages différents.
#
# </details>

# %% [markdown]
# ### Question 7 : la boucle
#
# À chaque étape, un lot d'images **avec leurs étiquettes** : les mêmes indices dans les deux tenseurs. Le reste est
# celui du TP 04, jusqu'à `run.log(loss_d=…, loss_g=…)`.

# %% nbgrader={"grade": false, "grade_id": "train", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train(generator, discriminator, optimizer_g, optimizer_d, images, labels, run, batch_size=64):
    """Entraîne D et G à tour de rôle, un pas chacun à chaque étape de `run`.

    images : toutes les vraies images, (N, 1, 28, 28). labels : leurs étiquettes, (N,).
    """
    ### BEGIN SOLUTION
    for step in run:
        rows = torch.randint(len(images), (batch_size,))
        loss_d = discriminator_step(generator, discriminator, optimizer_d, images[rows], labels[rows])
        loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)
        run.log(loss_d=loss_d, loss_g=loss_g)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_train", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist_conditionnel

mnist_conditionnel.check_train(globals())
### BEGIN HIDDEN TESTS
mnist_conditionnel.check_train(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# La boucle du TP 04, où le lot a maintenant deux moitiés qui se correspondent.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Tirez les indices une fois, gardez-les sous un nom, et servez-vous-en deux fois.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `rows = torch.randint(len(images), (batch_size,))`, puis `images[rows]` et `labels[rows]`, que reçoit `discriminator_step`.
#
# </details>

# %% [markdown]
# ## 4. Demander un chiffre
#
# ### Question 8 : un chiffre, ou les dix
#
# Écrivez deux fonctions, qui passent toutes deux par `sample` :
#
# - `sample_class(generator, digit, n)` : `n` images d'un même chiffre, avec un bruit neuf ;
# - `grid_by_class(generator, z)` : chacun des dix chiffres avec chacun des bruits de `z`. Elle rend deux tenseurs, les
#   images et leurs étiquettes ; dans une même classe, les images suivent l'ordre de `z`.

# %% nbgrader={"grade": false, "grade_id": "sample_class", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sample_class(generator, digit, n):
    """n images du chiffre demandé, avec un bruit neuf : un tenseur (n, 1, 28, 28)."""
    ### BEGIN SOLUTION
    return sample(generator, noise(n), torch.full((n,), digit, device=device))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_sample_class", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist_conditionnel

mnist_conditionnel.check_sample_class(globals())
### BEGIN HIDDEN TESTS
mnist_conditionnel.check_sample_class(globals(), seed=1)
### END HIDDEN TESTS

# %% nbgrader={"grade": false, "grade_id": "grid_by_class", "locked": false, "schema_version": 3, "solution": true, "task": false}
def grid_by_class(generator, z):
    """Les dix chiffres pour chacun des k bruits de z : les images (10 k, 1, 28, 28) et leurs étiquettes (10 k,)."""
    ### BEGIN SOLUTION
    labels = torch.arange(10, device=device).repeat_interleave(len(z))
    return sample(generator, z.repeat(10, 1), labels), labels
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_grid_by_class", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist_conditionnel

mnist_conditionnel.check_grid_by_class(globals())
### BEGIN HIDDEN TESTS
mnist_conditionnel.check_grid_by_class(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `torch.full((n,), digit, device=device)` donne `n` fois le même entier. Pour la grille, il faut apparier chaque bruit à chaque étiquette : 10 k couples.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `z.repeat(10, 1)` recopie tout le paquet de bruits dix fois de suite. Les étiquettes doivent alors valoir 0 pendant tout le premier paquet, puis 1, et ainsi de suite.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `labels = torch.arange(10, device=device).repeat_interleave(len(z))`, puis `return sample(generator, z.repeat(10, 1), labels), labels`.
#
# </details>

# %% [markdown]
# Tout est prêt. Le taux d'apprentissage est constant pendant la première moitié de l'entraînement, puis descend peu à
# peu jusqu'à 0 : les deux réseaux cessent alors de se courir après et affinent les détails. `decayed` s'en charge à
# chaque pas de l'optimiseur. Comme au TP 04, `checkpoint` permet de reprendre un entraînement coupé.

# %% tags=["preparation"]
def decayed(optimizer, steps):
    """Le taux d'apprentissage : constant jusqu'à la moitié des pas, puis en droite ligne jusqu'à 0."""
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1, 2 * (1 - step / steps)))
    optimizer.register_step_post_hook(lambda *_: scheduler.step())
    return scheduler


def new_gan(steps, lr=1e-3):
    """Deux réseaux neufs, leurs optimiseurs, et ce qui fait décroître les taux sur `steps` étapes."""
    networks = Generator().to(device), Discriminator().to(device)
    optimizers = [torch.optim.Adam(n.parameters(), lr=lr, betas=(0.5, 0.999), fused=True) for n in networks]
    return *networks, *optimizers, [decayed(optimizer, steps) for optimizer in optimizers]


# %%
training.set_seed(0)
steps = training.by_budget(essai=1500, cpu=6000, gpu=30000)
generator, discriminator, optimizer_g, optimizer_d, (decay_g, decay_d) = new_gan(steps)

fixed_noise, fixed_labels = noise(64), torch.arange(64, device=device) % 10
run = training.Run(
    steps,
    sample=lambda: sample(generator, fixed_noise, fixed_labels),
    real=images[:64],
    checkpoint=training.Checkpoint(
        "05_mnist_conditionnel",
        generator=generator,
        discriminator=discriminator,
        optimizer_g=optimizer_g,
        optimizer_d=optimizer_d,
        decay_g=decay_g,
        decay_d=decay_d,
    ),
)
train(generator, discriminator, optimizer_g, optimizer_d, images, labels, run)

# %% [markdown]
# Votre générateur obéit-il ? La vérification lui demande cent fois chaque chiffre et fait lire le résultat au juge du
# TP 04. Il faut que celui-ci lise le chiffre demandé dans 20 % des images au moins ; au hasard, ce serait 10 %. Le
# seuil est bas parce qu'il vaut aussi pour le budget « essai » ; un entraînement complet fait bien mieux, vous le
# mesurerez.

# %% nbgrader={"grade": true, "grade_id": "check_generator", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist_conditionnel

mnist_conditionnel.check_generator(globals())
### BEGIN HIDDEN TESTS
mnist_conditionnel.check_generator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# L'animation suit soixante-quatre couples ($z$, étiquette), toujours les mêmes. Elle se lit comme un livre : les
# étiquettes demandées sont 0, 1, 2… 9, puis de nouveau 0, 1, 2…

# %%
plots.animation(run.snapshots, title="On demande 0, 1, 2… 9, 0, 1…")

# %% [markdown]
# D'abord de la matière claire, puis des formes qui hésitent entre plusieurs chiffres, puis chaque case prend le sien.
# Demandons-en un.

# %%
plots.images(sample_class(generator, 7, 20), title="Vingt fois le chiffre 7")

# %% [markdown]
# Et voici les dix chiffres. **Chaque colonne garde le même $z$** ; seule l'étiquette change d'une ligne à l'autre.

# %%
training.set_seed(1)
plots.class_grid(*grid_by_class(generator, noise(10)), title="Une ligne par étiquette, une colonne par z")

# %% [markdown]
# Regardez une colonne de haut en bas : une écriture épaisse le reste souvent d'un chiffre à l'autre, une écriture
# penchée aussi. Vérifions-le pour l'encre, la moyenne des pixels de l'image, sur trois cents $z$.

# %%
many, digits = grid_by_class(generator, noise(300))
ink = many.flatten(1).mean(dim=1)[digits.argsort(stable=True)].view(10, 300)  # une ligne par classe
likeness = (torch.corrcoef(ink).sum() - 10) / 90  # la moyenne, hors de la diagonale
print(f"l'encre de deux chiffres de même z : corrélation {likeness:.2f} en moyenne")


# %% [markdown]
# Si $z$ ne disait rien de commun aux dix chiffres, cette corrélation serait nulle ; elle est nettement positive. Personne
# ne l'a demandé. L'étiquette dit *quel* chiffre ; il ne reste à $z$ que *la manière* de l'écrire.
#
# ## 5. Mesurer l'obéissance
#
# ### Question 9 : l'exactitude par classe
#
# Demandez des images de chaque chiffre, faites-les lire au juge, et comptez. Pour chaque chiffre, l'**exactitude** est
# la part des images où le juge lit ce que l'on avait **demandé**. Écrivez `accuracy_by_class(judged, asked)`.

# %% nbgrader={"grade": false, "grade_id": "accuracy_by_class", "locked": false, "schema_version": 3, "solution": true, "task": false}
def accuracy_by_class(judged, asked):
    """Pour chaque chiffre demandé, la part des images où c'est lui qui est lu : dix nombres entre 0 et 1.

    judged : les chiffres lus, un tenseur d'entiers (n,). asked : les chiffres demandés, (n,) ; les dix y sont.
    """
    ### BEGIN SOLUTION
    right = (judged == asked).float()
    return torch.stack([right[asked == digit].mean() for digit in range(10)])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_accuracy_by_class", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist_conditionnel

mnist_conditionnel.check_accuracy_by_class(globals())
### BEGIN HIDDEN TESTS
mnist_conditionnel.check_accuracy_by_class(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Une boucle sur les dix chiffres : pour chacun, ne gardez que les images où il était demandé.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `asked == 3` est un masque ; `judged[asked == 3]` contient les lectures des images où l'on demandait un 3. Quelle part vaut 3 ?
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `(judged[asked == digit] == digit).float().mean()` pour chaque `digit`, et `torch.stack([…])` pour en faire un tenseur.
#
# </details>

# %% [markdown]
# Quelle serait l'exactitude d'un générateur qui fait de beaux chiffres, les dix aussi souvent, mais qui **n'écoute
# pas** l'étiquette ? Répondez dans `chance`, par une part entre 0 et 1 : c'est le plancher de cette mesure.

# %% nbgrader={"grade": false, "grade_id": "chance", "locked": false, "schema_version": 3, "solution": true, "task": false}
chance = None
### BEGIN SOLUTION
chance = 0.1
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_chance", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist_conditionnel

mnist_conditionnel.check_chance(globals())
### BEGIN HIDDEN TESTS
mnist_conditionnel.check_chance(globals(), seed=1)
### END HIDDEN TESTS

# %%
pictures, asked = grid_by_class(generator, noise(200))
judged = torch.from_numpy(judge.predict(pictures))
accuracy = torch.as_tensor(accuracy_by_class(judged, asked.cpu()))
read_right = judge.accuracy_by_class(test_set.images, test_set.labels)
print(f"exactitude moyenne {accuracy.mean():.3f}, la pire {accuracy.min():.3f} (chiffre {accuracy.argmin()})")
print(f"et sur les vraies images de test : {read_right.mean():.3f}, la pire {read_right.min():.3f}")
plots.bars(
    accuracy,
    [str(digit) for digit in range(10)],
    ylabel="exactitude",
    title="Le chiffre demandé est-il celui que lit le juge ?",
    baseline=chance,
)

# %% [markdown]
# Où le juge et la commande se contredisent, qui a tort ? Regardons quelques-unes de ces images : « 4 → 9 » veut dire
# qu'un 4 était demandé et que le juge lit un 9.

# %%
wrong = (judged != asked.cpu()).nonzero().flatten()
wrong = wrong[torch.randperm(len(wrong))[:20]]
plots.images(
    pictures[wrong.to(device)],
    labels=[f"{asked[i]} → {judged[i]}" for i in wrong.tolist()],
    title="Demandé → lu",
)

# %% [markdown]
# Tantôt l'un, tantôt l'autre. Certaines images sont manquées : on y verrait soi-même un autre chiffre, ou aucun. Sur
# d'autres, le chiffre demandé se lit, et c'est le juge qui se trompe. L'exactitude compte les deux ; c'est pourquoi on
# la compare à celle des vraies images, qui n'est pas de 1 non plus.
#
# L'exactitude ne dit rien de la **variété** : un générateur qui ne saurait dessiner qu'un seul 7 obtiendrait 1. La distance de
# Fréchet du TP 04 la voit. Avec mille images, et des étiquettes tirées au hasard :

# %%
print(judge.frechet(images, sample(generator, noise(1000), random_labels(1000))))


# %% [markdown]
# Le plancher est ce que donneraient mille vraies images nouvelles. Avec le budget « cpu » et les chiffres intégrés, $G$ en est à trois
# fois ce plancher, 16 contre 5 : ses chiffres se lisent presque tous, mais ne sont pas aussi variés que les vrais.
#
# ## 6. Les erreurs classiques
#
# Commettons exprès la première de toutes : mélanger les étiquettes des vraies images, sans rien changer d'autre. C'est ce
# qui arrive quand on tire un lot d'images et un lot d'étiquettes chacun de son côté. Deux entraînements courts, l'un
# sans erreur, l'autre avec.

# %%
def short_training(labels, wrap=lambda network: network):
    """Un entraînement plus court, avec ces étiquettes ; `wrap` enveloppe les deux réseaux. Rend G et les pertes notées."""
    training.set_seed(0)
    steps = training.by_budget(essai=50, cpu=1500, gpu=5000)
    g, d, optimizer_g, optimizer_d, _ = new_gan(steps)
    g, d = wrap(g), wrap(d)
    run = training.Run(steps, view=False)
    train(g, d, optimizer_g, optimizer_d, images, labels, run)
    return g, run.history


def report(name, g, history):
    """Une ligne : les pertes des cent dernières étapes, et l'exactitude."""
    loss_d, loss_g = (torch.tensor(history[key][-100:]).mean() for key in ("loss_d", "loss_g"))
    accuracy = judge.accuracy_by_class(*grid_by_class(g, noise(200))).mean()
    print(f"{name:21} perte de D {loss_d:.2f}, perte de G {loss_g:.2f}, exactitude moyenne {accuracy:.2f}")


with_labels, history = short_training(labels)
report("sans erreur", with_labels, history)
shuffled, history = short_training(labels[torch.randperm(len(labels))])
report("étiquettes mélangées", shuffled, history)
plots.class_grid(*grid_by_class(shuffled, noise(10)), title="Entraîné avec des étiquettes mélangées")


# %% [markdown]
# Les pertes sont du même ordre, le programme n'a rien dit, et l'exactitude est retombée à son plancher : $G$ dessine ce
# qu'il veut. Dans une colonne, l'image ne change guère d'une ligne à l'autre : l'étiquette ne veut plus rien dire,
# alors $G$ n'y prête plus attention. (Avec le budget « essai », ces deux entraînements n'ont que cinquante étapes et
# n'apprennent rien ; sans étiquettes mélangées, l'exactitude devrait être de 0,85.)
#
# Voici ce que font les autres erreurs que l'on rencontre, une seule à la fois, mesurées de la même façon sur les
# chiffres intégrés (1 500 étapes, graine 0, `tools/study.py labels`).
#
# | L'erreur | Comment elle arrive | Perte de $D$ | Perte de $G$ | Exactitude moyenne |
# |---|---|---|---|---|
# | aucune | | 1,15 | 0,94 | 0,86 |
# | $D$ ne lit pas l'étiquette | oubliée dans son `forward` | 1,03 | 1,13 | 0,11 |
# | les faux sont jugés sous une autre étiquette que la leur | `random_labels` appelée une fois pour $G$, une fois pour $D$ | 0,16 | 6,48 | 0,09 |
# | un chiffre n'est jamais demandé | `torch.randint(0, 9, …)` : la borne du haut est exclue | 1,09 | 1,00 | 0,78 ; pour ce chiffre : 0,02 |
# | les étiquettes des faux sont tirées une fois pour toutes | tirage placé avant la boucle | 1,14 | 0,98 | 0,83 |
#
# La dernière est sournoise : ici, elle ne coûte rien de visible, parce que 64 étiquettes tirées au hasard contiennent
# presque toujours les dix chiffres. Mais ce n'est qu'une chance. Avec des lots de 16, il en manque en moyenne près de
# deux, qui ne seraient demandés à aucun moment : $16$ tirages manquent un chiffre donné avec la probabilité $0{,}9^{16}
# \approx 0{,}19$.
#
# ### Question 10 (corrigée à la main)
#
# 1. Un camarade vous montre son générateur : de beaux chiffres, des pertes ordinaires, et une exactitude de 0,10. Citez
#    deux endroits de son programme que vous iriez lire, et l'erreur que vous chercheriez dans chacun.
# 2. Un autre obtient 0,97 pour neuf chiffres et 0,02 pour le dixième. Qu'a-t-il écrit ? L'exactitude **moyenne**
#    aurait-elle suffi à le voir ?
# 3. Une seule de ces erreurs saute aux yeux sur les pertes : les faux jugés sous une autre étiquette que la leur.
#    Comment $D$ s'y prend-il alors pour gagner, et pourquoi ne le peut-il pas quand ce sont les étiquettes des
#    **vraies** images qui sont mélangées ?

# %% [markdown] nbgrader={"grade": true, "grade_id": "reading_mistakes", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** 1 (1 point). L'image ne dépend pas du chiffre demandé, et les pertes ne disent rien. On lit,
# dans `train`, les indices d'`images` et de `labels`, qui doivent être les mêmes ; les deux `forward`, qui doivent
# joindre l'étiquette reçue ; et la fin, où l'on demande un chiffre et où l'on compte. Deux endroits suffisent.
#
# 2 (1 point). `torch.randint(0, 9, …)` : le dernier chiffre, le 9, n'est jamais demandé, et $G$ n'apprend rien pour
# cette étiquette. La moyenne n'y perd qu'un dixième, $0{,}9 \times 0{,}97 + 0{,}1 \times 0{,}02 \approx 0{,}88$, ce que
# donnerait aussi un entraînement un peu court : il faut regarder chiffre par chiffre.
#
# 3 (1 point). Chez les vrais couples, l'image et l'étiquette s'accordent ; chez les faux, jamais mieux que par hasard,
# et $G$ n'y peut rien puisqu'il ne connaît pas l'étiquette que $D$ recevra. Il suffit donc à $D$ de vérifier l'accord
# pour presque toujours gagner, si belles que soient les images : sa perte tombe, celle de $G$ grimpe. Si ce sont les
# vraies étiquettes qui sont mélangées, aucun couple ne s'accorde, ni vrai ni faux : l'étiquette n'apprend rien à $D$,
# qui l'ignore, $G$ aussi, et les deux jouent sans elle une partie tout à fait ordinaire.

# %% [markdown]
# ## 7. Quand on ne veut pas choisir
#
# Les étiquettes ont un coût : quelqu'un a dû les écrire. Valent-elles la peine quand on n'a pas besoin de choisir le
# chiffre ? Pour le savoir, on refait l'entraînement court sans erreur, mais une enveloppe **cache** l'étiquette aux
# deux réseaux : ils reçoivent toujours 0. Mêmes couches, même nombre d'étapes. À la fin, on tire deux mille images de
# chacun, avec des étiquettes au hasard, et l'on mesure leur distance de Fréchet aux vraies (TP 04).

# %%
class Blind(nn.Module):
    """Un réseau à qui l'on cache l'étiquette."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x, labels):
        return self.network(x, torch.zeros_like(labels))


without_labels, _ = short_training(labels, wrap=Blind)
generated = {
    name: sample(g, noise(2000), random_labels(2000))
    for name, g in {"avec étiquettes": with_labels, "étiquettes cachées": without_labels}.items()
}
for name, pictures in generated.items():
    print(f"{name:20} {judge.frechet(images, pictures)}")
plots.images(
    torch.cat([pictures[:30] for pictures in generated.values()]),
    title="Trois lignes avec étiquettes, puis trois lignes sans",
)

# %% [markdown]
# Sur d'autres graines aussi, l'écart est net : 77 et 70 avec étiquettes pour les graines 1 et 2, 153 et 169 sans
# (chiffres intégrés, 1 500 étapes, `tools/study.py labels`). Ce notebook exécuté sur 8 000 chiffres de MNIST le montre
# aussi : 231 avec étiquettes et 318 sans, pour la graine 0. (Avec le budget « essai », rien n'est encore appris, et vos deux
# nombres ne veulent rien dire : raisonnez sur 68 et 131, ceux de la graine 0.)
#
# ### Question 11 (corrigée à la main)
#
# Les deux générateurs ont les mêmes couches, et leurs discriminateurs ont vu les mêmes images autant de fois. De combien
# d'erreurs types (le nombre qui suit ±) leurs distances de Fréchet diffèrent-elles ? Proposez une explication : en quoi l'étiquette rend-elle la
# tâche de $D$, puis celle de $G$, plus facile ?

# %% [markdown] nbgrader={"grade": true, "grade_id": "labels_help", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** L'écart vaut une dizaine d'erreurs types, ou plus : ce n'est pas un hasard du tirage (1
# point). Avec l'étiquette, $D$ ne compare plus une image à tous les chiffres mais aux seules images de la même classe,
# bien moins variées : il voit plus tôt ce qui cloche, et sa critique est plus utile à $G$. $G$, de son côté, sait quoi
# dessiner : il n'a pas à découvrir seul qu'il y a dix sortes d'images, ni à découper l'espace des $z$ en dix régions,
# avec des formes bâtardes à leurs frontières (1 point). Deux réserves sont bienvenues : ce gain se paie en étiquettes,
# et il est mesuré sur des réseaux réglés pour le jeu conditionnel.

# %% [markdown]
# ## Ce qu'il faut retenir
#
# - Un GAN conditionnel joue sur des couples : $D$ juge si l'image est un vrai exemplaire **de cette étiquette**.
# - L'étiquette entre par un codage un parmi dix, joint au bruit pour $G$ et aux pixels pour $D$, assez fort pour être
#   entendu.
# - Chaque image garde son étiquette : les vraies, la leur ; les fausses, celle de leur fabrication, tirée à neuf à chaque
#   pas.
# - L'étiquette dit quoi, $z$ dit comment : à $z$ fixé, le style passe d'une classe à l'autre.
# - Les pertes ne montrent presque jamais une étiquette mal employée. L'exactitude par classe la montre, comparée à son
#   plancher.
# - Les étiquettes aident même quand on ne veut pas choisir : à durée égale, les images sont meilleures.
#
# **Pour rendre ce TP** : redémarrez le noyau, exécutez tout du début à la fin, enregistrez, et lancez la validation
# (bouton « Validate » de JupyterLab) : elle rejoue chaque vérification. Puis déposez le fichier
# `05_mnist_conditionnel.ipynb`, sans changer son nom.
#
# ## Pour aller plus loin (facultatif)
#
# 1. **Entre deux chiffres** : donnez à $G$, à la place d'un codage un parmi dix, un mélange de ceux du 3 et du 8 (il
#    faut appeler `generator.layers` vous-même). Que dessine-t-il à mi-chemin ?
# 2. **La voix de l'étiquette** : recommencez avec `label_scale = 1`, puis 20.
# 3. **Une autre porte** : remplacez `one_hot` par un `nn.Embedding(10, 10)`, dont les dix lignes s'apprennent. Deux
#    chiffres qui se ressemblent ont-ils des lignes voisines ?
# 4. **Des vêtements** : `data.fashion_mnist()` a les mêmes formes et dix classes. Que changez-vous ? Presque rien, mais
#    le juge, qui ne connaît que les chiffres, ne sert plus.
#
# Travaillez tout en bas du notebook, dans des cellules **neuves** où vous recopiez le code sous d'autres noms. Ne
# copiez pas les cellules elles-mêmes : la correction prendrait la copie pour votre réponse.
#
# **Références** : M. Mirza et S. Osindero, *Conditional Generative Adversarial Nets*, 2014 (arXiv:1411.1784) :
# l'étiquette jointe aux entrées des deux réseaux, sur MNIST. T. Salimans et al., *Improved Techniques for Training
# GANs*, NeurIPS 2016 : les étiquettes améliorent les images.
