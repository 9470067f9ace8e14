# %% [markdown] tags=["badge"]
# [![Ouvrir dans Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/votre_organisation/tp-gan/blob/main/notebooks/04_mnist/04_mnist.ipynb)

# %% [markdown]
# # TP 04 · Des points à des images : un GAN sur les chiffres
#
# Un point du plan a deux coordonnées ; une petite image de chiffre en a 784, une par pixel. Pour un réseau, il n'y a guère
# de différence, et le GAN du TP 01 saura écrire des chiffres. Pour vous, il y en a une : on ne peut plus tracer le nuage.
# Comment dire alors si $G$ a bien appris, et s'il a appris autre chose qu'à recopier ?
#
# **Vous allez**
#
# - préparer des images pour un GAN, sans y perdre de temps ;
# - agrandir les deux réseaux du TP 01, et finir $G$ par une tangente hyperbolique ;
# - entraîner, et constater que les pertes ne disent rien des progrès de $G$ ;
# - écrire deux mesures qui les voient : les parts des dix chiffres et la distance de Fréchet ;
# - chercher, pour chaque image fabriquée, l'image d'entraînement la plus proche : $G$ copie-t-il ?
# - tromper chacune de ces mesures, pour savoir ce qu'elle vaut.
#
# **Prérequis** : le TP 01, dont les deux pas et la boucle resservent ; le TP 02 pour l'idée de plancher.
#
# **Durée** : environ deux heures de travail.

# %% [markdown] tags=["bareme"]
# **Barème** : 16 points vérifiés automatiquement, 5 corrigés à la main.  
# **Temps de calcul** du corrigé entier : 154 s (budget « cpu »), 18 s (budget « essai »), mesurés sur 2 cœurs.

# %% tags=["installation"]
# Sur Colab, installe le paquet du cours ; ailleurs, cette cellule ne fait rien.
import subprocess
import sys

if "google.colab" in sys.modules:
    archive = "https://github.com/votre_organisation/tp-gan/archive/refs/heads/main.zip"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", f"tp-gan @ {archive}"], check=True)

# %% tags=["preparation"]
import time

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset

from tp_gan import data, judge, metrics, plots, training

torch.set_num_threads(1)  # ces réseaux n'occupent guère plus d'un cœur
training.setup(seed=0)
device = training.device()  # le GPU s'il y en a un

# %% [markdown]
# ## 1. Les données
#
# Des chiffres manuscrits, en gris, de 28 pixels sur 28 : une partie pour l'entraînement, une autre gardée pour le test, que
# $D$ ne verra jamais. Ce sont ceux de MNIST avec le budget « gpu », ou s'ils sont déjà sur la machine ; sinon, ceux de
# scikit-learn, agrandis, qui ne demandent aucun téléchargement.

# %% tags=["preparation"]
train_set, test_set = data.handwritten()
images, test_images = train_set.images.to(device), test_set.images.to(device)
print(f"{tuple(images.shape)}, {images.dtype}, valeurs de {images.min():.0f} à {images.max():.0f}")
plots.images(images[:50], title="Cinquante vrais chiffres")


# %% [markdown]
# La forme se lit : 1 canal (du gris ; une image en couleurs en a 3), 28 lignes, 28 colonnes. Quant aux valeurs, un fichier
# d'images contient des **octets**, de 0 (noir) à 255 (blanc). Ici ils sont déjà ramenés à l'intervalle $[-1, 1]$, et ce n'est pas un
# détail. $G$ finira par une fonction bornée, $\tanh$, dont les valeurs vont de -1 à 1 : c'est là que doivent se trouver les
# vraies images, sans quoi $D$ reconnaîtrait les fausses à leur seule échelle.
#
# ### Question 1 : l'échelle
#
# Écrivez `rescale(pixels)`, qui envoie 0 sur -1 et 255 sur 1, et son inverse `to_pixels(images)`, qui rend des octets.
# Attention aux types : un octet ne sait pas dépasser 255, et convertir un nombre en octet le **tronque** au lieu de l'arrondir.

# %% nbgrader={"grade": false, "grade_id": "rescale", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rescale(pixels):
    """Des octets (uint8, de 0 à 255) aux nombres de [-1, 1] (float32) : un tenseur de même forme."""
    ### BEGIN SOLUTION
    return pixels.float() / 127.5 - 1
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_rescale", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist

mnist.check_rescale(globals())
### BEGIN HIDDEN TESTS
mnist.check_rescale(globals(), seed=1)
### END HIDDEN TESTS

# %% nbgrader={"grade": false, "grade_id": "to_pixels", "locked": false, "schema_version": 3, "solution": true, "task": false}
def to_pixels(images):
    """Des nombres de [-1, 1] (float32) aux octets les plus proches (uint8, de 0 à 255) : un tenseur de même forme."""
    ### BEGIN SOLUTION
    return ((images + 1) * 127.5).round().to(torch.uint8)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_to_pixels", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist

mnist.check_to_pixels(globals())
### BEGIN HIDDEN TESTS
mnist.check_to_pixels(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# L'intervalle de départ a pour longueur 255, celui d'arrivée 2 : on divise par 127,5, et on décale.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Passez en `float32` **avant** de calculer (`pixels.float()`), et revenez aux octets **après** avoir arrondi (`.round()`).
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `pixels.float() / 127.5 - 1` dans un sens ; dans l'autre `((images + 1) * …).round().to(torch.uint8)`.
#
# </details>

# %% [markdown]
# ### Ce que coûte un lot
#
# Nos images tiennent en mémoire : un lot s'obtient en découpant le tenseur. Beaucoup de programmes passent pourtant par un
# `DataLoader`, et y convertissent les images une par une, au moment où on les demande. Comparons, sur un passage entier,
# trois façons : le tenseur découpé, que vous emploierez ; un `DataLoader` sur ce tenseur ; un autre, qui convertit.

# %% tags=["preparation"]
class OneByOne(Dataset):
    """Les mêmes images, gardées en octets et converties une par une."""

    def __init__(self, pixels):
        self.pixels = pixels

    def __len__(self):
        return len(self.pixels)

    def __getitem__(self, index):
        return rescale(self.pixels[index])


def sliced(images, batch_size=64):
    for _ in range(len(images) // batch_size):
        yield images[torch.randint(len(images), (batch_size,))]


def seconds(batches):
    """La durée d'un passage sur les lots que donne `batches()` : le plus rapide de cinq essais."""
    durations = []
    for _ in range(5):
        start = time.perf_counter()
        for _batch in batches():
            pass
        durations.append(time.perf_counter() - start)
    return min(durations)


memory, pixels = train_set.images, to_pixels(train_set.images)
ways = {
    "tenseur découpé": lambda: sliced(memory),
    "DataLoader": lambda: DataLoader(TensorDataset(memory), batch_size=64, shuffle=True),
    "DataLoader, image par image": lambda: DataLoader(OneByOne(pixels), batch_size=64, shuffle=True),
}

# %%
durations = {name: seconds(batches) for name, batches in ways.items()}
for name, duration in durations.items():
    ratio = duration / durations["tenseur découpé"]
    print(f"{name:28} {1000 * duration:7.1f} ms par passage, {ratio:4.0f} fois le tenseur découpé")


# %% [markdown]
# Découper un tenseur ne coûte presque rien ; convertir les images une par une coûte cher, alors qu'il n'y a ici ni
# fichier à lire ni image à décompresser. Un `DataLoader` reste le bon outil quand les données ne tiennent pas en mémoire : il
# sait alors préparer les lots suivants pendant que le réseau travaille (`num_workers`).
#
# ## 2. Deux réseaux pour 784 nombres
#
# ### Question 2 : le générateur
#
# Comme au TP 01, des couches entièrement connectées ; seules changent les tailles et la fin :
#
# - de `latent_dim` nombres, on passe à 256, puis à 512, puis à 784 : deux couches cachées au moins, largeurs au choix ;
# - la sortie est bornée par $\tanh$, et mise en forme d'image par `nn.Unflatten(1, (1, 28, 28))` ;
# - après chaque couche cachée, `nn.LeakyReLU(0.2)`. Entre les deux, un `nn.BatchNorm1d`, qui centre et réduit chaque
#   nombre sur le lot, est facultatif : il aide $G$ à démarrer.

# %% nbgrader={"grade": false, "grade_id": "make_generator", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_generator(latent_dim):
    """Un nouveau générateur : de (n, latent_dim) vers n images (n, 1, 28, 28), de valeurs dans [-1, 1]."""
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Linear(latent_dim, 256),
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


# %% nbgrader={"grade": true, "grade_id": "check_make_generator", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist

mnist.check_make_generator(globals())
### BEGIN HIDDEN TESTS
mnist.check_make_generator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Le squelette est celui du TP 01 : couche, activation, couche, activation, couche. Il reste à ajouter ce qui vient après la dernière.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# La dernière couche linéaire rend 784 nombres, soit 28 × 28. `nn.Tanh()` les borne, `nn.Unflatten` les range en image.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `nn.Sequential(nn.Linear(latent_dim, 256), nn.LeakyReLU(0.2), nn.Linear(256, 512), nn.LeakyReLU(0.2), nn.Linear(512, …), nn.Tanh(), nn.Unflatten(1, (1, 28, 28)))`.
#
# </details>

# %% [markdown]
# ### Question 3 : le discriminateur
#
# Il met l'image à plat (`nn.Flatten()`), puis : 784 → 512 → 256 → 1, avec `nn.LeakyReLU(0.2)` et `nn.Dropout(0.3)` après
# chaque couche cachée. Les images sont peu nombreuses, et $D$ les apprendrait par cœur : en effaçant au hasard 30 % de ses
# nombres, le *dropout* l'en empêche. Deux couches cachées au moins, largeurs au choix.
#
# **Pas de sigmoïde à la fin**, cette fois. $D$ rend un **logit** : le nombre $a$ qui entrait dans la sigmoïde, positif si
# l'image lui paraît réelle, négatif sinon. La sigmoïde passe dans la perte, `nn.BCEWithLogitsLoss()`, qui vaut
# `nn.BCELoss()` de `torch.sigmoid(a)` mais se calcule sans jamais prendre le logarithme de 0. Or cela arriverait : dès
# $a = 20$, la sigmoïde vaut exactement 1 pour l'ordinateur (en `float32`).

# %% nbgrader={"grade": false, "grade_id": "make_discriminator", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_discriminator():
    """Un nouveau discriminateur : d'images (n, 1, 28, 28) vers (n, 1), des logits."""
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 512),
        nn.LeakyReLU(0.2),
        nn.Dropout(0.3),
        nn.Linear(512, 256),
        nn.LeakyReLU(0.2),
        nn.Dropout(0.3),
        nn.Linear(256, 1),
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_make_discriminator", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist

mnist.check_make_discriminator(globals())
### BEGIN HIDDEN TESTS
mnist.check_make_discriminator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `nn.Flatten()` d'abord : `nn.Linear` travaille sur la dernière dimension, et il lui faut les 784 pixels d'un coup.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Une seule sortie par image, et rien après la dernière couche linéaire.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `nn.Sequential(nn.Flatten(), nn.Linear(784, 512), nn.LeakyReLU(0.2), nn.Dropout(0.3), nn.Linear(512, 256), …, nn.Linear(256, 1))`.
#
# </details>

# %% [markdown]
# ## 3. L'entraînement
#
# Tout ce qui suit s'appuie sur quelques noms, donnés ici : la taille du bruit, son tirage, la perte, et deux fonctions.
#
# - `sample` demande des images à $G$ sans rien apprendre. Elle le met en mode évaluation le temps de l'appel : avec un
#   `BatchNorm`, une image y dépend de son seul $z$, et non du reste du lot (le TP 06 y revient).
# - `decayed` fait descendre le taux d'apprentissage d'un optimiseur jusqu'à 0 pendant la seconde moitié de
#   l'entraînement : les deux réseaux cessent de se courir après, et $G$ affine ses traits.

# %% tags=["preparation"]
latent_dim = 64  # nombres tirés au hasard pour fabriquer une image
bce = nn.BCEWithLogitsLoss()


def noise(n):
    """Du bruit de loi normale centrée réduite : un tenseur de forme (n, latent_dim)."""
    return torch.randn(n, latent_dim, device=device)


def sample(generator, z):
    """Les images que G fabrique à partir du bruit z, en mode évaluation et sans graphe de calcul."""
    generator.eval()
    with torch.no_grad():
        fakes = generator(z)
    generator.train()
    return fakes


def decayed(optimizer, steps):
    """Le taux d'apprentissage : constant jusqu'à la moitié des pas, puis en droite ligne jusqu'à 0."""
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1, 2 * (1 - step / steps)))
    optimizer.register_step_post_hook(lambda *_: scheduler.step())
    return scheduler


# %% [markdown]
# ### Question 4 : les deux pas
#
# Ce sont ceux du TP 01, à la perte près : `bce(logits, étiquettes)`. Le pas de $D$ additionne les deux termes (vrais :
# étiquette 1, faux : étiquette 0) ; le pas de $G$ emploie la perte non saturante (faux : étiquette 1). Les deux réseaux apprennent
# en mode entraînement (`train()`, le mode d'un réseau neuf) : un pas qui en changerait doit le rétablir.

# %% nbgrader={"grade": false, "grade_id": "discriminator_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def discriminator_step(generator, discriminator, optimizer, real):
    """Un pas d'apprentissage de D ; renvoie sa perte.

    optimizer : l'optimiseur de D. real : un lot de vraies images, forme (n, 1, 28, 28).
    """
    ### BEGIN SOLUTION
    fake = generator(noise(len(real))).detach()
    on_real, on_fake = discriminator(real), discriminator(fake)
    loss = bce(on_real, torch.ones_like(on_real)) + bce(on_fake, torch.zeros_like(on_fake))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_discriminator_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist

mnist.check_discriminator_step(globals())
### BEGIN HIDDEN TESTS
mnist.check_discriminator_step(globals(), seed=1)
### END HIDDEN TESTS

# %% nbgrader={"grade": false, "grade_id": "generator_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def generator_step(generator, discriminator, optimizer, batch_size):
    """Un pas d'apprentissage de G ; renvoie sa perte. optimizer : l'optimiseur de G."""
    ### BEGIN SOLUTION
    on_fake = discriminator(generator(noise(batch_size)))
    loss = bce(on_fake, torch.ones_like(on_fake))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.detach()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_generator_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist

mnist.check_generator_step(globals())
### BEGIN HIDDEN TESTS
mnist.check_generator_step(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Rouvrez votre TP 01, questions 6 et 7 : seule la perte change.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `torch.ones_like(logits)` et `torch.zeros_like(logits)` donnent les étiquettes, à la bonne forme et sur le bon appareil.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Pour $D$ : `bce(discriminator(real), …) + bce(discriminator(fake), …)`, avec `fake = generator(noise(len(real))).detach()`. Pour $G$ : `bce(discriminator(generator(noise(batch_size))), …)`. Puis `zero_grad()`, `backward()`, `step()`, et `return loss.detach()` : sur un GPU, `loss.item()` ferait attendre le processeur à chaque pas.
#
# </details>

# %% [markdown]
# ### Question 5 : la boucle
#
# Celle du TP 01 : à chaque étape de `run`, un lot de `batch_size` images tirées au hasard, un pas de $D$, un pas de $G$,
# et `run.log(loss_d=…, loss_g=…)`. Le lot s'obtient comme dans `sliced`, à la section 1.

# %% nbgrader={"grade": false, "grade_id": "train", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train(generator, discriminator, optimizer_g, optimizer_d, images, run, batch_size=64):
    """Entraîne D et G à tour de rôle, un pas chacun à chaque étape de `run`.

    images : toutes les vraies images, forme (N, 1, 28, 28).
    """
    ### BEGIN SOLUTION
    for step in run:
        real = images[torch.randint(len(images), (batch_size,))]
        loss_d = discriminator_step(generator, discriminator, optimizer_d, real)
        loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)
        run.log(loss_d=loss_d, loss_g=loss_g)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_train", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist

mnist.check_train(globals())
### BEGIN HIDDEN TESTS
mnist.check_train(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Trois choses dans la boucle : un lot, deux pas, une ligne de journal.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `torch.randint(len(images), (batch_size,))` tire `batch_size` indices, avec remise ; `images[indices]` prend ces images.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `for step in run:`, puis `real = images[torch.randint(…)]`, `loss_d = discriminator_step(…)`, `loss_g = generator_step(…)` et `run.log(loss_d=loss_d, loss_g=loss_g)`.
#
# </details>

# %% [markdown]
# L'entraînement prend quelques minutes sans GPU. Trois précautions, pour le suivre et ne pas avoir à le refaire :
#
# - `fixed_noise` reste le même d'un bout à l'autre : chaque case de la grille montre ce que devient **un même** $z$ ;
# - `quality` mesure, à douze reprises, la qualité de mille images. Vous écrirez cette mesure à la section 4 ;
# - `checkpoint` enregistre tout à intervalles réguliers : si la machine s'arrête, relancez le notebook, et l'entraînement
#   reprend où il en était.

# %%
training.set_seed(0)
steps = training.by_budget(essai=150, cpu=8000, gpu=30000)
generator = make_generator(latent_dim).to(device)
discriminator = make_discriminator().to(device)
optimizer_g = torch.optim.Adam(generator.parameters(), lr=5e-4, betas=(0.5, 0.999), fused=True)
optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=5e-4, betas=(0.5, 0.999), fused=True)

fixed_noise, measure_noise = noise(64), noise(1000)
real_features = judge.features(images)


def quality():
    features = judge.features(sample(generator, measure_noise))
    return {"frechet": metrics.frechet_distance(real_features, features)}


run = training.Run(
    steps,
    sample=lambda: sample(generator, fixed_noise),
    real=images[:64],
    measure=quality,
    checkpoint=training.Checkpoint(
        "04_mnist",
        generator=generator,
        discriminator=discriminator,
        optimizer_g=optimizer_g,
        optimizer_d=optimizer_d,
        decay_g=decayed(optimizer_g, steps),
        decay_d=decayed(optimizer_d, steps),
    ),
)
train(generator, discriminator, optimizer_g, optimizer_d, images, run)

# %% [markdown]
# L'apprentissage en accéléré. D'abord un brouillard, puis de la matière claire au milieu de l'image, là où les vrais
# chiffres ont leur encre ; des traits s'y dessinent, et deviennent des chiffres.

# %%
plots.animation(run.snapshots, images[:64], title="Soixante-quatre z, toujours les mêmes")

# %%
generated = sample(generator, noise(1000))
plots.images(generated[:100], title="Cent chiffres fabriqués par G")

# %% [markdown]
# Ces images viennent de $z$ tirés à l'instant, et **n'ont pas été choisies** : ce sont les cent premières. On y voit
# des chiffres francs, quelques monstres, et des pixels isolés. Ce grain est propre aux couches entièrement connectées : pour
# elles, deux pixels voisins n'ont rien de particulier. Les couches convolutives du TP 06 y remédieront.
#
# ## 4. Mesurer
#
# Voici les pertes de cet entraînement.

# %%
plots.losses(run.history, equilibrium=True)

# %% [markdown]
# À en croire ces courbes, il ne s'est presque rien passé après le premier millier d'étapes ; la perte de $G$ finit même par
# remonter un peu, comme si ses images se gâtaient. L'animation dit le contraire. Il faut donc d'autres
# instruments, qui regardent les images et non la partie qui se joue entre $G$ et $D$.
#
# Le cours fournit un **juge** : un petit réseau convolutif entraîné à reconnaître les chiffres, qui n'a rien à voir avec $D$.
# Sur des images qu'il n'a jamais vues, il lit juste 99,2 % des chiffres de MNIST et 99,4 % de ceux de scikit-learn
# (`tools/judge.py`). Il répond à deux questions :
#
# - `judge.predict(images)` : quel chiffre est-ce ? Un entier de 0 à 9 par image ;
# - `judge.features(images)` : qu'y voyez-vous ? 64 nombres par image, ses **caractéristiques**, dont il tire sa réponse.

# %%
readings = judge.predict(generated)
plots.images(generated[:20], labels=readings[:20], title="Ce que le juge lit dans vingt images de G")


# %% [markdown]
# ### Question 6 : les dix chiffres y sont-ils ?
#
# Un générateur effondré (TP 02) ne ferait que deux ou trois chiffres. Écrivez `class_shares(digits)` : pour chacun des dix
# chiffres, sa part parmi `digits`, la liste des chiffres lus. Un chiffre jamais lu a une part de 0.

# %% nbgrader={"grade": false, "grade_id": "class_shares", "locked": false, "schema_version": 3, "solution": true, "task": false}
def class_shares(digits):
    """La part de chaque chiffre, un tableau de dix nombres de somme 1. digits : n entiers de 0 à 9 (NumPy)."""
    ### BEGIN SOLUTION
    return np.bincount(digits, minlength=10) / len(digits)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_class_shares", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist

mnist.check_class_shares(globals())
### BEGIN HIDDEN TESTS
mnist.check_class_shares(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Il s'agit de compter, puis de diviser. Pensez au chiffre qui n'apparaît pas.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `(digits == 3).mean()` est la part du 3. `np.bincount` compte tous les chiffres d'un coup.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `np.bincount(digits, minlength=10)` donne les dix comptes, zéros compris ; il reste à diviser par `len(digits)`.
#
# </details>

# %%
shares = class_shares(readings)
print(f"Chiffres présents (au moins 2 % des images) : {judge.coverage(generated) * 10:.0f} sur 10")
plots.bars(
    100 * shares,
    [str(digit) for digit in range(10)],
    ylabel="part des images (%)",
    title="Ce que le juge lit dans mille images de G",
    baseline=10,
)


# %% [markdown]
# Les dix chiffres y sont, mais pas à parts égales : $G$ a ses préférences. Et les parts ne disent rien de la forme
# des chiffres : un juge lit un chiffre dans n'importe quoi, même dans du bruit. Il faut une
# mesure qui compare les images elles-mêmes, et c'est la plus employée : la **distance de Fréchet**.
#
# Comparer deux nuages de points dans l'espace des 784 pixels n'aurait guère de sens. Comparons-les dans l'espace des 64
# caractéristiques, et résumons chaque nuage par sa moyenne $\mu$ et sa covariance $C$, comme s'il était gaussien. Entre
# deux lois gaussiennes, la distance de Fréchet a une formule (Dowson et Landau, 1982), que Heusel et ses coauteurs (2017)
# ont appliquée aux GAN :
#
# $$d = \lVert \mu_r - \mu_g \rVert^2 + \operatorname{tr}\!\big(C_r + C_g - 2\,(C_r C_g)^{1/2}\big)$$
#
# (En toute rigueur, c'est le carré de la distance ; l'usage lui en laisse le nom.) Le premier terme compare les moyennes, le
# second les covariances, donc la diversité. $M^{1/2}$ est la racine carrée **de la matrice** : celle, de valeurs propres
# positives, dont le carré, par le produit matriciel, redonne $M$, et non la racine de chaque coefficient. On n'a besoin que
# de sa trace : c'est la somme des racines carrées des valeurs propres de $M$.
#
# ### Question 7 : la distance de Fréchet
#
# Écrivez-la. Chaque ligne des deux tableaux est une image, chaque colonne une caractéristique. Les valeurs propres de
# $C_r C_g$ sont réelles et positives, mais les arrondis peuvent leur laisser une infime partie imaginaire, ou en rendre
# une négative : gardez la partie réelle (`.real`), et remplacez par 0 ce qui est négatif (`.clip(min=0)`).

# %% nbgrader={"grade": false, "grade_id": "frechet_distance", "locked": false, "schema_version": 3, "solution": true, "task": false}
def frechet_distance(real_features, generated_features):
    """La distance de Fréchet entre deux tableaux NumPy de formes (n, d) et (m, d) : un nombre positif ou nul."""
    ### BEGIN SOLUTION
    gap = real_features.mean(axis=0) - generated_features.mean(axis=0)
    cov_r = np.cov(real_features, rowvar=False)
    cov_g = np.cov(generated_features, rowvar=False)
    eigenvalues = np.linalg.eigvals(cov_r @ cov_g).real.clip(min=0)
    return gap @ gap + np.trace(cov_r) + np.trace(cov_g) - 2 * np.sqrt(eigenvalues).sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_frechet_distance", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist

mnist.check_frechet_distance(globals())
### BEGIN HIDDEN TESTS
mnist.check_frechet_distance(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Quatre objets : deux moyennes (`.mean(axis=0)`), deux covariances (`np.cov`). Puis la formule, mot à mot.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `np.cov(x, rowvar=False)` : par défaut, `np.cov` prend les lignes pour les variables. Le produit de matrices s'écrit `@`, la trace `np.trace`, et les valeurs propres sont `np.linalg.eigvals(cov_r @ cov_g)`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `gap @ gap + np.trace(cov_r) + np.trace(cov_g) - 2 * np.sqrt(eigenvalues).sum()`, où `gap` est la différence des deux moyennes et `eigenvalues = np.linalg.eigvals(cov_r @ cov_g).real.clip(min=0)`. (`scipy.linalg.sqrtm` calcule la racine entière, et convient aussi.)
#
# </details>

# %%
generated_features = judge.features(generated)
mine = frechet_distance(real_features, generated_features)
print(f"votre distance {mine:.2f}, celle du cours {metrics.frechet_distance(real_features, generated_features):.2f}")
verdict = judge.frechet(images, generated)
print(verdict)

# %% [markdown]
# Sur la dernière ligne, l'**erreur type** dit de combien la distance changerait avec d'autres tirages, et le **plancher**
# ce que l'on trouve entre deux moitiés des vraies images : même un générateur parfait n'aurait pas 0. Ce plancher
# dépend du nombre d'images ; deux distances ne se comparent qu'à nombres égaux, et avec le même juge.
#
# Et pendant l'entraînement ? Voici, au-dessus des pertes, les douze mesures que `quality` a prises.

# %%
frechet = run.measured["frechet"]
series = {"mille images de G": frechet, "plancher": [(step, verdict.floor) for step, _ in frechet]}
plots.measures(series, "La distance de Fréchet pendant l'entraînement", "distance de Fréchet", log=True)

# %%
plots.losses(run.history, title="Et pendant ce temps, les deux pertes", equilibrium=True)


# %% [markdown]
# ### Question 8 (corrigée à la main)
#
# Sur les deux figures, comparez le début de l'entraînement (son premier dixième) et sa fin. Par combien la distance de
# Fréchet a-t-elle été divisée ? De combien les pertes ont-elles changé ? Expliquez pourquoi la perte de $G$ peut rester la
# même, ou monter, alors que ses images deviennent bien meilleures. Sur quoi vous appuieriez-vous pour décider d'arrêter un
# entraînement ?

# %% [markdown] nbgrader={"grade": true, "grade_id": "flat_losses", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** La distance de Fréchet est divisée par huit environ (de plus de 300 à une quarantaine), tandis que
# les pertes changent d'un cinquième environ, et que celle de $G$ **monte** (1 point pour la comparaison chiffrée). La perte
# de $G$ mesure si $D$ se laisse tromper, et $D$ apprend en même temps : les images s'améliorent, mais celui qui les juge
# devient plus exigeant, et la perte ne dit que l'écart entre eux. C'est une note donnée par un correcteur dont le barème
# monte avec le niveau de la classe. On s'appuie donc sur une mesure dont le juge ne change pas (Fréchet, parts des
# chiffres), comparée à son plancher, et sur les images : on arrête quand la distance de Fréchet ne baisse plus de façon
# nette devant son erreur type (1 point).

# %% [markdown]
# ## 5. G copie-t-il ?
#
# Une distance de Fréchet petite peut s'obtenir par une ruse : recopier les images d'entraînement. Pour le savoir, on
# cherche, pour chaque image fabriquée, la vraie image d'entraînement qui lui ressemble le plus.
#
# La ressemblance sera mesurée par la **distance L1 moyenne** : la moyenne, sur les 784 pixels, de la valeur absolue de la
# différence.
#
# ### Question 9 : le plus proche voisin
#
# Écrivez `nearest_neighbours(queries, references)`, qui rend deux tenseurs de forme `(n,)` : pour chacune des `n` images de
# `queries`, la distance à sa plus proche image de `references`, et l'indice de celle-ci. Prenez garde à la mémoire : un
# tableau de toutes les différences, pixel par pixel, compterait `n × m × 784` nombres, soit près d'un gigaoctet pour deux
# cents images comparées aux chiffres de scikit-learn.

# %% nbgrader={"grade": false, "grade_id": "nearest_neighbours", "locked": false, "schema_version": 3, "solution": true, "task": false}
def nearest_neighbours(queries, references):
    """Distances et indices des plus proches voisins, en L1 moyenne par pixel : deux tenseurs de forme (n,).

    queries : les images à examiner, (n, 1, 28, 28). references : celles où chercher, (m, 1, 28, 28).
    """
    ### BEGIN SOLUTION
    distances = torch.cdist(queries.flatten(1), references.flatten(1), p=1) / 784
    return distances.min(dim=1)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_nearest_neighbours", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist

mnist.check_nearest_neighbours(globals())
### BEGIN HIDDEN TESTS
mnist.check_nearest_neighbours(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `torch.cdist(a, b, p=1)` donne les `n × m` distances L1 entre les lignes de deux tableaux, sans garder les différences. Une boucle sur `queries` convient aussi.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Mettez les images à plat : `queries.flatten(1)` a la forme (n, 784). `cdist` **additionne** les 784 écarts ; c'est leur moyenne qui est demandée.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `distances = torch.cdist(queries.flatten(1), references.flatten(1), p=1) / 784`, puis `distances.min(dim=1)`, qui rend à la fois les valeurs et les indices.
#
# </details>

# %%
distances, indices = nearest_neighbours(generated[:10], images)
plots.image_pairs(
    generated[:10],
    images[indices],
    distances=distances,
    title="Dix images de G et leur plus proche voisine parmi les vraies",
)


# %% [markdown]
# Une distance de 0,1, est-ce près ? Il faut un point de comparaison. Les images de **test** n'ont pas été copiées sur celles
# d'entraînement : leurs distances à elles disent ce qu'on trouve sans copier, entre des chiffres écrits par des mains
# semblables.
#
# ### Question 10 : un rapport
#
# Écrivez `copy_ratio(generated, train_images, test_images)` : la **médiane** des distances des images fabriquées à leur plus
# proche image d'entraînement, divisée par la médiane des distances des images de test à la leur. Autour de 1, ou au-dessus,
# $G$ n'est pas plus près des images d'entraînement qu'une image nouvelle ; près de 0, il copie.

# %% nbgrader={"grade": false, "grade_id": "copy_ratio", "locked": false, "schema_version": 3, "solution": true, "task": false}
def copy_ratio(generated, train_images, test_images):
    """Le rapport de deux médianes de distances aux plus proches images d'entraînement : un seul nombre."""
    ### BEGIN SOLUTION
    ours, _ = nearest_neighbours(generated, train_images)
    baseline, _ = nearest_neighbours(test_images, train_images)
    return (ours.median() / baseline.median()).item()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_copy_ratio", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import mnist

mnist.check_copy_ratio(globals())
### BEGIN HIDDEN TESTS
mnist.check_copy_ratio(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Deux appels à `nearest_neighbours`, et à chaque fois on cherche parmi les images d'entraînement.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `tensor.median()` donne la médiane. Les images de G au numérateur, celles de test au dénominateur.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `ours, _ = nearest_neighbours(generated, train_images)`, de même `baseline` avec `test_images`, puis `(ours.median() / baseline.median()).item()`.
#
# </details>

# %%
print(f"rapport pour G : {copy_ratio(generated[:200], images, test_images[:200]):.2f}")

# %% [markdown]
# ## 6. Tromper les mesures
#
# Une mesure ne vaut que par ce qu'elle empêche. Mettons à l'épreuve celles que vous avez, avec trois « générateurs »
# malhonnêtes :
#
# - le **copieur** tire au hasard une image d'entraînement ;
# - le **copieur prudent** la décale d'un pixel vers la droite ;
# - le **spécialiste** est votre générateur, dont on ne garde que les images d'un seul chiffre.
#
# On y ajoute de vraies images, celles du test. Chacun rend le même nombre d'images, puisque la distance de Fréchet en dépend.

# %%
n = 360  # autant d'images chacun
copies = images[torch.randint(len(images), (n,))]
many = sample(generator, noise(8000))
digits = judge.predict(many)
contestants = {
    "vraies images (test)": test_images[:n],
    "votre générateur": many[:n],
    "spécialiste": many[torch.from_numpy(digits == class_shares(digits).argmax()).to(device)][:n],
    "copieur": copies,
    "copieur prudent": copies.roll(1, dims=3),
}
print(f"{'':22} Fréchet   chiffres présents   rapport des distances")
for name, pictures in contestants.items():
    distance = frechet_distance(real_features, judge.features(pictures))
    covered, ratio = 10 * judge.coverage(pictures), copy_ratio(pictures[:200], images, test_images[:200])
    print(f"{name:22} {distance:7.1f} {covered:12.0f} sur 10 {ratio:18.2f}")

# %%
rows = torch.cat([pictures[:10] for pictures in contestants.values()])
plots.images(rows, title="Une ligne chacun, dans l'ordre du tableau")

# %% [markdown]
# ### Question 11 (corrigée à la main)
#
# Appuyez-vous sur ce tableau. Quelle mesure dénonce le spécialiste ? Laquelle dénonce le copieur, et que dit de lui la
# distance de Fréchet, comparée à celle de vraies images nouvelles ? Le copieur prudent échappe à toutes les mesures ou
# presque : pourquoi, et que changeriez-vous pour le prendre ? Concluez : votre générateur copie-t-il ?

# %% [markdown] nbgrader={"grade": true, "grade_id": "fooling_measures", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** Le spécialiste : les chiffres présents (un sur dix), et aussi la distance de Fréchet, très grande
# puisqu'il manque neuf dixièmes du nuage ; son rapport, lui, est celui d'un générateur honnête (1 point). Le copieur : seul
# le rapport, nul, le dénonce ; pour la distance de Fréchet il est excellent, meilleur même que les vraies images du test,
# puisqu'elle le compare aux images mêmes qu'il recopie (1 point). Le copieur prudent : la distance L1 compare les pixels un à
# un, et un trait décalé d'un pixel ne se superpose plus à lui-même, alors que le juge, convolutif, le voit à peine. On peut
# chercher le voisin parmi les images décalées de un ou deux pixels, ou mesurer la distance entre caractéristiques du juge plutôt
# qu'entre pixels. Notre générateur ne copie pas, du moins pas pixel à pixel : son rapport n'est pas inférieur à celui des
# images de test, et les paires montrent des chiffres de même allure, aux traits différents. Le rapport seul ne suffirait pas : le
# grain de ses images les éloigne de toutes les vraies (1 point).

# %% [markdown]
# ## Ce qu'il faut retenir
#
# - Une image est un point d'un espace à 784 dimensions : le GAN, ses deux pas et sa boucle n'ont pas changé.
# - Vraies et fausses images à la même échelle : $[-1, 1]$, et $\tanh$ à la fin de $G$.
# - Des données en mémoire, un tenseur découpé : préparer un lot ne doit presque rien coûter.
# - Les pertes ne disent pas si les images s'améliorent : elles opposent deux joueurs qui progressent ensemble.
# - Une mesure se lit avec son plancher, à nombre d'images égal, et ne voit qu'une partie des défauts : Fréchet voit la
#   forme et la diversité, les parts des chiffres montrent ceux qui manquent, et les plus proches voisins, la copie.
#
# **Pour rendre ce TP** : redémarrez le noyau, exécutez tout du début à la fin, enregistrez, et lancez la validation
# (bouton « Validate » de JupyterLab) : elle rejoue chaque vérification. Puis déposez le fichier `04_mnist.ipynb`, sans changer son nom.
#
# ## Pour aller plus loin (facultatif)
#
# 1. **Prendre le copieur prudent** : dans `nearest_neighbours`, remplacez les pixels par `judge.features`. Que devient son
#    rapport ? Et celui de votre générateur ?
# 2. **Sans `BatchNorm1d`, ou sans `Dropout`** : comparez la distance de Fréchet, et la perte de $D$. Sans dropout, $D$
#    finit-il par reconnaître ses images d'entraînement ? Comparez ses logits sur `images` et sur `test_images`.
# 3. **La taille de $z$** : avec `latent_dim = 2`, parcourez le plan des $z$ sur une grille de 20 × 20, et regardez les
#    chiffres se changer les uns dans les autres.
#
# Travaillez tout en bas du notebook, dans des cellules **neuves** où vous recopiez le code sous d'autres noms. Ne
# copiez pas les cellules elles-mêmes : la correction prendrait la copie pour votre réponse.
#
# **Références** : M. Heusel et al., *GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash
# Equilibrium*, NeurIPS 2017 (la distance de Fréchet pour les GAN, équation 6) ; D. Dowson et B. Landau, *The Fréchet
# Distance between Multivariate Normal Distributions*, Journal of Multivariate Analysis, 1982 (la formule) ; D. Foster,
# *Generative Deep Learning*, O'Reilly, 2023 (le plus proche voisin en L1 pour déceler la copie).
