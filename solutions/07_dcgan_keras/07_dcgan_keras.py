# %% [markdown] tags=["badge"]
# [![Ouvrir dans Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/votre_organisation/tp-gan/blob/main/notebooks/07_dcgan_keras/07_dcgan_keras.ipynb)

# %% [markdown]
# # TP 07 · DCGAN en Keras : qui apprend, qui est figé ?
#
# Le DCGAN du TP 06, dans l'autre grande bibliothèque. Deux façons de l'entraîner s'y rencontrent partout. Dans la première, on écrit
# soi-même le pas, avec un `GradientTape`, un « ruban » sur lequel TensorFlow note les calculs. La seconde assemble $G$ et $D$ en un seul
# modèle, $D(G(z))$, et laisse Keras faire, à condition que $D$ ne bouge pas pendant que $G$ apprend. Cette condition s'écrit en une
# ligne, `trainable = False`, qui fait rarement ce que l'on croit : le plus souvent $D$ n'apprend plus du tout, et presque rien ne le
# dit. Vous allez le mesurer.
#
# **Vous allez**
#
# - refaire les deux réseaux en Keras, et en lire le résumé ;
# - écrire les deux pertes, puis un pas d'entraînement en six temps, que `tf.function` change en graphe ;
# - calculer les pertes auxquelles on reconnaît l'équilibre (elles ne sont pas nulles) ;
# - copier les poids dans PyTorch, et y retrouver les mêmes nombres à un cent-millième près ;
# - mesurer quels poids bougent, et en tirer la façon sûre de figer $D$.
#
# **Prérequis** : le TP 06, dont les réseaux et les mesures resservent.
#
# **Durée** : environ deux heures de travail.

# %% [markdown] tags=["bareme"]
# **Barème** : 21 points vérifiés automatiquement, 6 corrigés à la main.  
# **Temps de calcul** du corrigé entier : 194 s (budget « cpu »), 29 s (budget « essai »), mesurés sur 2 cœurs.

# %% tags=["installation"]
# Sur Colab, installe le paquet du cours ; ailleurs, cette cellule ne fait rien.
import subprocess
import sys

if "google.colab" in sys.modules:
    archive = "https://github.com/votre_organisation/tp-gan/archive/refs/heads/main.zip"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", f"tp-gan @ {archive}"], check=True)

# %% tags=["preparation"]
import time
import warnings

import numpy as np
import torch
from torch import nn

from tp_gan import data, judge, plots, training

training.setup(seed=0, framework="tensorflow")

import keras
import tensorflow as tf
from keras import layers

print(f"Keras {keras.__version__}, TensorFlow {tf.__version__}, PyTorch {torch.__version__}")

# %% [markdown]
# ## 1. Les données : les canaux en dernier
#
# Une image de PyTorch se range en (canaux, hauteur, largeur) ; une image de Keras, en (hauteur, largeur, canaux). Ce sont les mêmes
# nombres, dans un autre ordre, et l'on convertit une fois pour toutes. Un tableau NumPy convient à Keras ; les valeurs sont
# toujours dans $[-1, 1]$.

# %% tags=["preparation"]
train_set, test_set = data.handwritten()
images = train_set.images.permute(0, 2, 3, 1).numpy()
print(f"PyTorch : {tuple(train_set.images.shape)}   Keras : {images.shape}, {images.dtype}")


# %% [markdown]
# ## 2. Les deux réseaux
#
# Les couches sont celles du TP 06. Trois choses changent :
#
# - on ne donne que le nombre de canaux de **sortie** d'une couche : celui d'entrée se déduit de la précédente, en partant de
#   `keras.Input`, qui donne la forme d'**un** exemple, sans le lot ;
# - `padding="same"` calcule lui-même la marge : avec un pas de 1 la taille ne change pas, avec un pas de 2 elle est divisée par
#   deux (`Conv2D`) ou doublée (`Conv2DTranspose`) ;
# - `layers.LeakyReLU` a une pente de 0,3 par défaut, et non de 0,01 : écrivez toujours `negative_slope=0.2`.
#
# ### Question 1 : D
#
# `width` règle la largeur, `dropout` la part des nombres que le *dropout* efface. Dans l'ordre, d'une image à sa note :
#
# 1. `layers.Conv2D` à `width` canaux, noyau de 5, pas de 2, `padding="same"` ; `LeakyReLU` de pente 0,2 ; `layers.Dropout(dropout)` ;
# 2. la même chose à `2 * width` canaux ;
# 3. `layers.Flatten()`, puis `layers.Dense` vers une seule sortie : un **logit**, sans activation.

# %% nbgrader={"grade": false, "grade_id": "make_discriminator", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_discriminator(width, dropout):
    """Un nouveau discriminateur : d'images (n, 28, 28, 1) vers (n, 1), des logits.

    width : les canaux de la première convolution. dropout : la part des nombres qu'efface chaque Dropout.
    """
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(width, 5, strides=2, padding="same"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Dropout(dropout),
            layers.Conv2D(2 * width, 5, strides=2, padding="same"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Dropout(dropout),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_make_discriminator", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan_keras

dcgan_keras.check_make_discriminator(globals())
### BEGIN HIDDEN TESTS
dcgan_keras.check_make_discriminator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Une liste de neuf éléments dans un `keras.Sequential([…])` : le premier est `keras.Input((28, 28, 1))`.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `layers.Conv2D(canaux, noyau, strides=2, padding="same")`. Aucune taille à calculer, pas même pour `Dense`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `layers.Conv2D(width, 5, strides=2, padding="same"), layers.LeakyReLU(negative_slope=0.2), layers.Dropout(dropout)`, les trois mêmes avec `2 * width`, puis `layers.Flatten(), layers.Dense(1)`.
#
# </details>

# %% [markdown]
# ### Question 2 : G
#
# Dans l'ordre, d'un vecteur de `latent_dim` nombres à une image :
#
# 1. `layers.Dense` vers `7 * 7 * 4 * width` nombres, sans biais (`use_bias=False`) ; `layers.BatchNormalization()` ; `LeakyReLU` de
#    pente 0,2 ; `layers.Reshape` en `4 * width` cartes de 7 × 7, canaux en dernier ;
# 2. `layers.Conv2DTranspose` à `2 * width` canaux, noyau de 5, pas de 1, `padding="same"`, sans biais ; `BatchNormalization` ;
#    `LeakyReLU` ;
# 3. la même à `width` canaux, de pas 2 ; `BatchNormalization` ; `LeakyReLU` ;
# 4. la même à 1 canal, de pas 2, sans biais elle aussi, avec `activation="tanh"`, et rien après elle.

# %% nbgrader={"grade": false, "grade_id": "make_generator", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_generator(width, latent_dim):
    """Un nouveau générateur : de (n, latent_dim) vers n images (n, 28, 28, 1), de valeurs dans [-1, 1]."""
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(7 * 7 * 4 * width, use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Reshape((7, 7, 4 * width)),
            layers.Conv2DTranspose(2 * width, 5, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Conv2DTranspose(width, 5, strides=2, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Conv2DTranspose(1, 5, strides=2, padding="same", use_bias=False, activation="tanh"),
        ]
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_make_generator", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan_keras

dcgan_keras.check_make_generator(globals())
### BEGIN HIDDEN TESTS
dcgan_keras.check_make_generator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `keras.Input((latent_dim,))` : la virgule en fait une forme à un seul nombre.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `layers.Reshape((7, 7, 4 * width))`. Une transposée de pas 1 s'écrit sans `strides`, mais toujours avec `padding="same"`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Les trois transposées : `layers.Conv2DTranspose(2 * width, 5, padding="same", use_bias=False)`, puis `(width, 5, strides=2, …)`, puis `(1, 5, strides=2, …, activation="tanh")`.
#
# </details>

# %% [markdown]
# `summary()` donne l'architecture couche par couche. À pleine largeur, on doit retrouver les comptes du TP 06 : 212 865 paramètres
# pour $D$, 2 330 944 pour $G$, dont 2 305 472 entraînables.

# %% tags=["preparation"]
latent_dim = 100  # nombres tirés au hasard pour fabriquer une image

# %%
full_generator, full_discriminator = make_generator(64, latent_dim), make_discriminator(64, dropout=0.3)
full_discriminator.summary(line_length=78)
full_generator.summary(line_length=78)


# %% [markdown]
# Les paramètres « non-trainable » de $G$ sont les moyennes et variances courantes de ses trois `BatchNormalization` : elles
# suivent les lots, sans gradient. Keras n'a pas de `train()` ni d'`eval()` : le mode se dit **à chaque appel**, par l'argument
# `training`.
#
# - `generator(z, training=True)` normalise par le lot reçu, et met les moyennes courantes à jour : c'est le mode des pas
#   d'entraînement ;
# - `generator(z, training=False)`, qui est aussi ce que donne `generator(z)`, normalise par les moyennes courantes : c'est celui des
#   images que l'on montre.
#
# ## 3. Les deux pertes
#
# $D$ répond à une question fermée, « cette image est-elle vraie ? » : c'est une classification, dont la perte est l'entropie croisée
# binaire entre ses notes et des **étiquettes**, 1 pour le vrai, 0 pour le faux. Keras la donne :
# `bce = keras.losses.BinaryCrossentropy(from_logits=True)`, et `bce(étiquettes, notes)` en rend la moyenne. Attention à deux pièges :
# les **étiquettes viennent en premier**, à l'inverse de PyTorch ; et `from_logits=True` dit que les notes sont des logits (sans
# lui, Keras les prendrait pour des probabilités, et n'en dirait rien).
#
# ### Question 3 : la perte de D
#
# `on_real` et `on_fake` sont les logits, de forme (n, 1), que $D$ donne à un lot de vraies et à un lot de fausses images.
# `discriminator_loss` rend la **somme** de deux entropies croisées : celle de `on_real` avec des 1, celle de `on_fake` avec des 0. Les
# tenseurs d'étiquettes sont `tf.ones_like(…)` et `tf.zeros_like(…)`.

# %% nbgrader={"grade": false, "grade_id": "discriminator_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def discriminator_loss(on_real, on_fake):
    """La perte de D : la somme de deux entropies croisées. on_real, on_fake : des logits, de forme (n, 1)."""
    ### BEGIN SOLUTION
    bce = keras.losses.BinaryCrossentropy(from_logits=True)
    return bce(tf.ones_like(on_real), on_real) + bce(tf.zeros_like(on_fake), on_fake)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_discriminator_loss", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan_keras

dcgan_keras.check_discriminator_loss(globals())
### BEGIN HIDDEN TESTS
dcgan_keras.check_discriminator_loss(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# ### Question 4 : la perte de G
#
# $G$ veut que $D$ prenne ses images pour des vraies : `generator_loss` est l'entropie croisée de `on_fake` avec des **1** (la perte
# non saturante du TP 01).

# %% nbgrader={"grade": false, "grade_id": "generator_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def generator_loss(on_fake):
    """La perte de G, non saturante. on_fake : les logits que D donne aux images de G, de forme (n, 1)."""
    ### BEGIN SOLUTION
    bce = keras.losses.BinaryCrossentropy(from_logits=True)
    return bce(tf.ones_like(on_fake), on_fake)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_generator_loss", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan_keras

dcgan_keras.check_generator_loss(globals())
### BEGIN HIDDEN TESTS
dcgan_keras.check_generator_loss(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Chaque terme s'écrit `bce(étiquettes, logits)`, avec des étiquettes de la même forme que les logits.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Pour $D$ : `bce(tf.ones_like(on_real), on_real)`, plus le terme des faux.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Pour $G$ : un seul terme, sur `on_fake`, avec les étiquettes que $D$ réserve aux **vraies** images.
#
# </details>

# %% [markdown]
# **Pourquoi pas `fit` ?** `model.compile(loss=…)` puis `model.fit(x, y)` conviennent à **un** réseau, qui descend **une** perte, avec
# **tous** ses poids, sur des couples $(x, y)$ donnés d'avance. Ici rien de cela n'est vrai. Les deux pertes s'opposent : le terme des
# faux de $D$ baisse quand $D(G(z))$ tend vers 0, et la perte de $G$ baisse quand $D(G(z))$ tend vers 1. Chacune ne doit déplacer que les
# poids d'un seul des deux réseaux. Et la moitié des exemples de $D$ n'existent pas encore : $G$ les fabrique à chaque pas, et les
# améliore. (On peut enseigner tout cela à `fit` en lui donnant un pas d'entraînement écrit par nous : c'est le TP 08.)
#
# ### Question 5 : l'équilibre
#
# On lit parfois qu'un GAN a convergé quand ses pertes atteignent 0. Une perte de $D$ nulle dit au contraire que $D$ reconnaît tout,
# et que $G$ a perdu. Supposons $G$ parfait : le mieux que $D$ puisse faire est de répondre 1/2 partout (théorème 1 de Goodfellow et
# al., 2014). Que valent alors la perte de $D$ (votre somme) et celle de $G$ ? Rangez ces deux nombres, dans cet ordre,
# dans `equilibrium`.

# %% nbgrader={"grade": false, "grade_id": "equilibrium", "locked": false, "schema_version": 3, "solution": true, "task": false}
equilibrium = None  # un couple : (perte de D, perte de G)
### BEGIN SOLUTION
equilibrium = (2 * np.log(2), np.log(2))
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_equilibrium", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan_keras

dcgan_keras.check_equilibrium(globals())
### BEGIN HIDDEN TESTS
dcgan_keras.check_equilibrium(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Une probabilité de 1/2 est un logit de 0.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# L'entropie croisée d'un exemple noté $p$ est $-\log p$ si l'étiquette est 1, $-\log(1 - p)$ si elle est 0 (logarithme népérien : `np.log`).
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Ou demandez-le à vos fonctions : `discriminator_loss(tf.zeros((1, 1)), tf.zeros((1, 1)))`.
#
# </details>

# %% [markdown]
# ## 4. Un pas, en six temps
#
# PyTorch range dans chaque poids son gradient. TensorFlow, lui, **enregistre** : tout ce qui se calcule dans un bloc
# `with tf.GradientTape() as tape:` est noté sur un ruban, et `tape.gradient(perte, variables)` rend la liste des gradients de cette
# perte par rapport à ces variables, et à elles seules. Il n'y a ni `zero_grad`, ni `detach`, ni rien à figer : **un réseau ne bouge que
# si l'on demande un gradient par rapport à ses poids**, et qu'on l'applique.
#
# ### Question 6 : le pas
#
# Écrivez `train_step`, qui fait apprendre les deux réseaux sur un même lot, en six temps :
#
# 1. le lot de vraies images est `real` ;
# 2. tirez autant de $z$ (`tf.random.normal`, de forme `(n, latent_dim)`), et fabriquez les faux ;
# 3. $D$ note les deux lots ;
# 4. calculez les deux pertes, par vos fonctions ;
# 5. demandez deux gradients : celui de la perte de $D$ par rapport aux poids de $D$, celui de la perte de $G$ par rapport à ceux de $G$ ;
# 6. faites deux mises à jour : `optimizer.apply_gradients(zip(gradients, variables))`.
#
# Les temps 2 à 4 se passent sous deux rubans (`with tf.GradientTape() as tape_d, tf.GradientTape() as tape_g:`), un par gradient à
# demander. Les deux réseaux sont appelés avec `training=True`. La fonction rend les deux pertes, celle de $D$ d'abord.
# Mettre $D$ à jour d'abord, puis tirer de nouveaux $z$ pour la perte de $G$, est accepté aussi.

# %% nbgrader={"grade": false, "grade_id": "train_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
@tf.function
def train_step(generator, discriminator, optimizer_g, optimizer_d, real):
    """Un pas de D et un pas de G, sur un lot real de forme (n, 28, 28, 1) ; renvoie (perte de D, perte de G)."""
    ### BEGIN SOLUTION
    z = tf.random.normal((len(real), latent_dim))
    with tf.GradientTape() as tape_d, tf.GradientTape() as tape_g:
        fake = generator(z, training=True)
        on_real, on_fake = discriminator(real, training=True), discriminator(fake, training=True)
        loss_d, loss_g = discriminator_loss(on_real, on_fake), generator_loss(on_fake)
    gradients_d = tape_d.gradient(loss_d, discriminator.trainable_variables)
    gradients_g = tape_g.gradient(loss_g, generator.trainable_variables)
    optimizer_d.apply_gradients(zip(gradients_d, discriminator.trainable_variables, strict=True))
    optimizer_g.apply_gradients(zip(gradients_g, generator.trainable_variables, strict=True))
    return loss_d, loss_g
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_train_step", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan_keras

dcgan_keras.check_train_step(globals())
### BEGIN HIDDEN TESTS
dcgan_keras.check_train_step(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Seuls les temps 2, 3 et 4 sont dans le bloc `with` ; les gradients et les mises à jour viennent après, hors du bloc.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `network.trainable_variables` est la liste des poids d'un réseau. Il en faut deux par réseau : une pour `gradient`, une pour `apply_gradients`, et ce sont les mêmes.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Pour $D$ : `gradients_d = tape_d.gradient(loss_d, discriminator.trainable_variables)`, puis `optimizer_d.apply_gradients(zip(gradients_d, discriminator.trainable_variables))`. De même pour $G$, avec l'autre ruban, l'autre perte et l'autre optimiseur.
#
# </details>

# %% [markdown]
# `@tf.function` change une fonction Python en un **graphe** : au premier appel, TensorFlow exécute la fonction une fois et note les
# opérations qu'il rencontre ; les appels suivants rejouent ces opérations, sans repasser par Python. C'est plus rapide (environ trois
# fois ici), au prix d'un piège : ce qui n'est pas une opération de TensorFlow n'est exécuté **qu'une fois**.

# %%
@tf.function
def two_noises():
    return np.random.normal(), tf.random.normal(())  # noqa: NPY002


for call in range(3):
    numpy_noise, tensorflow_noise = two_noises()
    print(f"appel {call + 1} : np.random {numpy_noise:+.3f}   tf.random {tensorflow_noise:+.3f}")

# %% [markdown]
# Le nombre de NumPy est devenu une **constante** du graphe. Un générateur entraîné ainsi ne verrait jamais qu'un seul lot de $z$, et
# rien n'en avertirait.
#
# ## 5. L'entraînement
#
# Les réglages sont ceux du TP 06, avec moins d'étapes, un $z$ de 100 nombres et, à la place de l'augmentation, du *dropout*. Une
# ligne est nouvelle : `optimizer.build(…)`. Adam garde deux moyennes par poids, qu'il crée d'ordinaire à sa première mise à jour ;
# or un graphe n'a le droit de créer des variables qu'à son tout premier appel. Sans cette ligne, la cellule d'entraînement ne
# pourrait pas être exécutée deux fois.

# %% tags=["preparation"]
width_g, width_d = training.by_budget(essai=(8, 8), cpu=(16, 24), gpu=(64, 64))
batch_size = training.by_budget(essai=32, cpu=32, gpu=64)
highest_rate = training.by_budget(essai=1e-3, cpu=1e-3, gpu=2e-4)

# %%
training.set_seed(0)
rng = np.random.default_rng(0)
generator, discriminator = make_generator(width_g, latent_dim), make_discriminator(width_d, dropout=0.3)
optimizer_g, optimizer_d = (keras.optimizers.Adam(highest_rate, beta_1=0.5) for _ in range(2))
optimizer_g.build(generator.trainable_variables)
optimizer_d.build(discriminator.trainable_variables)

fixed_noise = tf.random.normal((64, latent_dim))
run = training.Run(
    training.by_budget(essai=60, cpu=4000, gpu=20000),
    sample=lambda: generator(fixed_noise, training=False),
    real=images[:64],
)
for step in run:
    for optimizer in (optimizer_d, optimizer_g):
        optimizer.learning_rate = highest_rate * min(1, 2 - 2 * step / run.steps)
    real = tf.constant(images[rng.integers(len(images), size=batch_size)])
    loss_d, loss_g = train_step(generator, discriminator, optimizer_g, optimizer_d, real)
    run.log(loss_d=loss_d, loss_g=loss_g)

# %%
plots.animation(run.snapshots, images[:64], title="Soixante-quatre z, toujours les mêmes")

# %%
generated = generator(tf.random.normal((1000, latent_dim)), training=False)
print(judge.frechet(images, generated))
print(f"chiffres présents (au moins 2 % des images) : {10 * judge.coverage(generated):.0f} sur 10")
plots.images(generated[:100], title="Cent chiffres fabriqués par G, non choisis")

# %%
plots.losses(run.history, equilibrium=True)


# %% [markdown]
# Les mêmes réseaux, moins entraînés : la distance de Fréchet était de 11 au TP 06, après 9 000 étapes avec l'augmentation et un $z$
# plus court ; elle est ici de 45, après 4 000 étapes (chiffres intégrés, budget « cpu »).
#
# ### Question 7 (corrigée à la main)
#
# 1. Lisez les courbes : passé le début, où se tiennent les deux pertes par rapport à l'équilibre ? Vont-elles vers 0 ? Qui garde un
#    avantage ? Que diraient des pertes qui iraient, l'une vers 0, l'autre vers 5 ?
# 2. Dans la seconde moitié, la perte de $G$ ne baisse pas (elle monte même un peu), et pourtant ses images s'améliorent. Est-ce
#    contradictoire ? Sur quoi faut-il donc juger $G$ ?
# 3. Parmi ce que vous pourriez faire varier (taille des lots, nombre d'étapes, taille de $z$, pertes, couches, *dropout*),
#    choisissez deux réglages, et dites ce que vous attendez de chacun sur les images et sur la durée.

# %% [markdown] nbgrader={"grade": true, "grade_id": "reading_the_losses", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** Passé un début agité, elles se tiennent au voisinage de leurs valeurs d'équilibre, 2 log 2 ≈ 1,39 pour $D$ et
# log 2 ≈ 0,69 pour $G$, et ne vont pas vers 0 : celle de $D$ un peu au-dessous, celle de $G$ un peu au-dessus, car $D$ garde un petit
# avantage. Une perte de $D$ qui irait vers 0, celle de $G$ montant à 5, dirait que $D$ reconnaît tous les faux, et n'apprend plus rien
# d'utile à $G$ (1 point). Ce n'est pas contradictoire : chaque perte se mesure contre un adversaire qui progresse lui aussi. $G$ fait
# mieux, $D$ devient plus sévère, et la note de $G$ ne dit que lequel des deux a progressé le plus vite. On juge
# $G$ sur ses images : à l'œil, par la distance de Fréchet, par les chiffres présents (1 point). Par exemple : des lots plus grands
# donnent des gradients moins bruités et des étapes plus longues ; plus d'étapes donnent de meilleures images jusqu'à un palier, pour
# une durée proportionnelle ; un $z$ trop court diminue la diversité, presque sans effet sur la durée ; avec moins de *dropout*, $D$
# apprend par cœur et domine ; des couches plus larges donnent des images plus fines, en un temps qui croît comme le carré de
# la largeur (1 point pour deux attentes justifiées).

# %% [markdown]
# ## 6. Les mêmes nombres qu'en PyTorch
#
# Deux bibliothèques, les mêmes couches : donnent-elles les mêmes nombres ? Oui, à condition de connaître les endroits où leurs
# conventions diffèrent (h et l sont la hauteur et la largeur).
#
# | | Keras | PyTorch |
# |---|---|---|
# | noyau de `Conv2D` | (h, l, entrée, sortie) | (sortie, entrée, h, l) |
# | noyau de la transposée | (h, l, sortie, entrée) | (entrée, sortie, h, l) |
# | matrice de `Dense` / `Linear` | (entrées, sorties) | (sorties, entrées) |
# | ordre de `Flatten` | ligne, colonne, canal | canal, ligne, colonne |
# | `BatchNorm` : $\varepsilon$ | 0,001 | 0,00001 |
# | `BatchNorm` : part du **nouveau** lot | `1 - momentum` = 0,01 | `momentum` = 0,1 |
# | marge | `"same"` : calculée, parfois inégale | donnée, égale des deux côtés |
#
# Pour les deux convolutions, la même permutation convient : `kernel.transpose(3, 2, 0, 1)`.
#
# ### Question 8 : la marge de « same »
#
# `padding="same"` veut une sortie de $\lceil \text{size} / \text{stride} \rceil$ pixels. Le noyau doit pour cela parcourir
# $(\lceil \text{size} / \text{stride} \rceil - 1) \cdot \text{stride} + \text{kernel}$ pixels ; ce qu'il faut ajouter à `size` pour
# cela (rien, si `size` y suffit) est la marge totale. Quand elle est impaire, TensorFlow met le pixel de plus **à la fin**, en bas et
# à droite. Écrivez `same_margins(size, kernel, stride)`, qui rend les deux marges : avant, après.

# %% nbgrader={"grade": false, "grade_id": "same_margins", "locked": false, "schema_version": 3, "solution": true, "task": false}
def same_margins(size, kernel, stride):
    """Les marges de padding="same", le long d'un axe de size pixels : un couple d'entiers (avant, après)."""
    ### BEGIN SOLUTION
    output = -(-size // stride)  # la division arrondie vers le haut
    total = max((output - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_same_margins", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan_keras

dcgan_keras.check_same_margins(globals())
### BEGIN HIDDEN TESTS
dcgan_keras.check_same_margins(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# En Python, `-(-a // b)` est la division arrondie vers le haut ; `math.ceil(a / b)` aussi.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# La marge totale est `max((output - 1) * stride + kernel - size, 0)`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# La moitié arrondie vers le bas avant, le reste après.
#
# </details>

# %%
for size in (28, 14):
    print(f"noyau 5, pas 2, de {size} à {size // 2} : marges", same_margins(size, 5, 2))
print("noyau 5, pas 1, taille 7 : marges", same_margins(7, 5, 1))


# %% [markdown]
# Une marge de 2 des deux côtés, comme au TP 06, donne la même **taille**, mais pas les mêmes **pixels** : tout est décalé
# d'un pixel. En PyTorch, il faut donc ajouter la marge à la main, `nn.ZeroPad2d((1, 2, 1, 2))`. La transposée fait le chemin
# inverse, et **retire** ces mêmes marges : 1 avant, 2 après.
#
# ### Question 9 : l'ordre de Flatten
#
# Écrivez `channels_first(rows, size, channels)`. `rows` est un tableau NumPy de `size * size * channels` lignes (un vecteur ou une
# matrice), rangées dans l'ordre de Keras : par ligne de l'image, puis colonne, puis canal. Rendez les mêmes lignes dans l'ordre de
# PyTorch : par canal, puis ligne de l'image, puis colonne.

# %% nbgrader={"grade": false, "grade_id": "channels_first", "locked": false, "schema_version": 3, "solution": true, "task": false}
def channels_first(rows, size, channels):
    """Les lignes de rows, dans l'ordre (canal, ligne, colonne) ; même forme que rows."""
    ### BEGIN SOLUTION
    order = np.arange(size * size * channels).reshape(size, size, channels).transpose(2, 0, 1).ravel()
    return rows[order]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_channels_first", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan_keras

dcgan_keras.check_channels_first(globals())
### BEGIN HIDDEN TESTS
dcgan_keras.check_channels_first(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Quel est, dans l'ordre de PyTorch, le numéro que chaque ligne portait dans celui de Keras ? `np.arange` les numérote.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `np.arange(size * size * channels).reshape(size, size, channels)` range ces numéros comme Keras ; `transpose(2, 0, 1)` les présente comme PyTorch.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `order = … .transpose(2, 0, 1).ravel()`, puis `rows[order]`.
#
# </details>

# %% [markdown]
# Voici les deux réseaux de PyTorch, faits pour recevoir ces poids. `symmetric=True` leur donne la marge de 2 du TP 06, pour voir ce
# qu'il en coûte.

# %% tags=["preparation"]
def to_tensor(array):
    return torch.from_numpy(np.ascontiguousarray(array))


def torch_twins(generator, discriminator, symmetric=False):
    """G et D en PyTorch, avec les poids de ces deux réseaux de Keras. symmetric : la marge de 2 du TP 06."""
    weights_g = [weight.numpy() for weight in generator.weights]
    weights_d = [weight.numpy() for weight in discriminator.weights]
    latent_dim, numbers = weights_g[0].shape
    channels, half, width = numbers // 49, *(weights_g[i].shape[2] for i in (5, 10))
    first, second = weights_d[0].shape[3], weights_d[2].shape[3]

    before = nn.ZeroPad2d(2) if symmetric else nn.ZeroPad2d((1, 2, 1, 2))
    after = nn.ZeroPad2d((-2, -1, -2, -1)) if symmetric else nn.ZeroPad2d((-1, -2, -1, -2))  # retire des pixels
    like_keras = {"eps": 1e-3, "momentum": 0.01}
    twin_g = nn.Sequential(
        nn.Linear(latent_dim, numbers, bias=False),
        nn.BatchNorm1d(numbers, **like_keras),
        nn.LeakyReLU(0.2),
        nn.Unflatten(1, (channels, 7, 7)),
        nn.ConvTranspose2d(channels, half, 5, padding=2, bias=False),
        nn.BatchNorm2d(half, **like_keras),
        nn.LeakyReLU(0.2),
        nn.ConvTranspose2d(half, width, 5, stride=2, bias=False),
        after,
        nn.BatchNorm2d(width, **like_keras),
        nn.LeakyReLU(0.2),
        nn.ConvTranspose2d(width, 1, 5, stride=2, bias=False),
        after,
        nn.Tanh(),
    )
    twin_d = nn.Sequential(
        before,
        nn.Conv2d(1, first, 5, stride=2),
        nn.LeakyReLU(0.2),
        before,
        nn.Conv2d(first, second, 5, stride=2),
        nn.LeakyReLU(0.2),
        nn.Flatten(),
        nn.Linear(49 * second, 1),
    )

    def in_order(weights, network):
        """Les mêmes poids, dans l'ordre et aux formes de PyTorch ; sans les moyennes courantes, que le lot remplace."""
        for weight, variable in zip(weights, network.weights, strict=True):
            if "moving" in variable.path:
                continue
            if weight.ndim == 4:
                weight = weight.transpose(3, 2, 0, 1)
            elif weight.shape == (latent_dim, numbers):  # le Dense de G, que suit Reshape
                weight = channels_first(weight.T, 7, channels)
            elif weight.shape == (numbers,):
                weight = channels_first(weight, 7, channels)
            elif weight.ndim == 2:  # le Dense de D, qui suit Flatten
                weight = channels_first(weight, 7, second).T
            yield to_tensor(weight)

    with torch.no_grad():
        for twin, weights, network in ((twin_g, weights_g, generator), (twin_d, weights_d, discriminator)):
            for parameter, weight in zip(twin.parameters(), in_order(weights, network), strict=True):
                parameter.copy_(weight)
    return twin_g, twin_d


def both_losses(generator, discriminator, z, real, symmetric=False):
    """Les pertes de D et de G sur ce lot, en Keras puis en PyTorch : deux couples."""
    fake = generator(z, training=True)  # BatchNorm normalise par le lot ; sans Dropout, qui est tiré au hasard
    on_real, on_fake = discriminator(real, training=False), discriminator(fake, training=False)
    ours = float(discriminator_loss(on_real, on_fake)), float(generator_loss(on_fake))

    twin_g, twin_d = torch_twins(generator, discriminator, symmetric)
    bce = nn.BCEWithLogitsLoss()
    with torch.no_grad():
        on_real, on_fake = twin_d(to_tensor(real.transpose(0, 3, 1, 2))), twin_d(twin_g(to_tensor(z)))
        loss_g = bce(on_fake, torch.ones_like(on_fake))
        loss_d = bce(on_real, torch.ones_like(on_real)) + bce(on_fake, torch.zeros_like(on_fake))
    return ours, (float(loss_d), float(loss_g))


# %%
z = np.random.default_rng(1).normal(size=(64, latent_dim)).astype(np.float32)
for symmetric in (False, True):
    ours, theirs = both_losses(generator, discriminator, z, images[:64], symmetric)
    print("marge de 2 des deux côtés" if symmetric else 'marges de "same"')
    for name, a, b in zip(("D", "G"), ours, theirs, strict=True):
        print(f"  perte de {name} : Keras {a:.6f}   PyTorch {b:.6f}   écart {abs(a - b):.1e}")


# %% [markdown]
# Avec les bonnes marges, l'écart tient aux arrondis des nombres à virgule, qui ne sont pas additionnés dans le même ordre. Avec celles
# du TP 06, on entraînerait des réseaux aussi bons, mais ce ne sont pas les mêmes fonctions : des poids appris avec l'une des
# conventions ne valent rien avec l'autre. C'est ce qui arrive, sans un message, quand on traduit un modèle publié sans y penser.
#
# ## 7. Le modèle composé
#
# Dans l'autre façon, on n'écrit aucun gradient. Deux modèles sont compilés, chacun avec sa perte et son Adam :
#
# - $D$, qui apprend à classer un lot où vrais et faux sont mélangés : `discriminator.train_on_batch(images, étiquettes)` ;
# - le **GAN**, $z \mapsto D(G(z))$, auquel on dit que ses images sont vraies : `gan.train_on_batch(z, des 1)`.
#
# Le second ne doit déplacer que $G$. Comment l'obtenir est tout le sujet de cette section.
#
# ### Question 10 : composer
#
# Écrivez `make_gan(generator, discriminator)`, qui rend ce modèle composé : un `keras.Model` qui va d'un `keras.Input` (un $z$, de la
# taille qu'attend `generator`) à $D(G(z))$. Il n'a pas de poids à lui : ce sont ceux de $G$ et de $D$. Ne compilez rien et
# ne figez rien ici.

# %% nbgrader={"grade": false, "grade_id": "make_gan", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_gan(generator, discriminator):
    """Le modèle composé z -> D(G(z)), sur les mêmes couches, ni compilé ni figé."""
    ### BEGIN SOLUTION
    z = keras.Input(generator.input_shape[1:])
    return keras.Model(z, discriminator(generator(z)))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_make_gan", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan_keras

dcgan_keras.check_make_gan(globals())
### BEGIN HIDDEN TESTS
dcgan_keras.check_make_gan(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `keras.Input` demande la forme d'**un** $z$, sans le lot ; `generator.input_shape` est (None, taille).
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `z = keras.Input(generator.input_shape[1:])` n'est pas un vecteur, mais la place d'un vecteur : on peut la donner à un réseau.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `keras.Model(entrée, sortie)`, où la sortie est `discriminator(generator(z))`.
#
# </details>

# %% [markdown]
# ### Question 11 : voir ce qui bouge
#
# Plutôt que de croire une documentation, mesurons. Écrivez `moved_weights(network, action)`, qui appelle `action()`, une
# fonction sans argument, **une seule fois**, et rend la liste des noms (`weight.path`) des poids de `network` que cet appel a changés,
# si peu que ce soit. Comptez-les tous (`network.weights`), figés ou non : `trainable_weights` est une liste **vide** quand le réseau
# est figé.

# %% nbgrader={"grade": false, "grade_id": "moved_weights", "locked": false, "schema_version": 3, "solution": true, "task": false}
def moved_weights(network, action):
    """Les noms (path) des poids de network que action() a changés : une liste de textes."""
    ### BEGIN SOLUTION
    before = [weight.numpy().copy() for weight in network.weights]
    action()
    pairs = zip(network.weights, before, strict=True)
    return [weight.path for weight, value in pairs if not np.array_equal(weight.numpy(), value)]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_moved_weights", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan_keras

dcgan_keras.check_moved_weights(globals())
### BEGIN HIDDEN TESTS
dcgan_keras.check_moved_weights(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Trois temps : retenir les valeurs, agir, comparer.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `network.weights` rend les variables elles-mêmes, qui changeront : retenez-en des copies, `weight.numpy().copy()`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `[weight.path for weight, value in zip(network.weights, before) if not np.array_equal(weight.numpy(), value)]`.
#
# </details>

# %% [markdown]
# Voici dix recettes que l'on rencontre dans des tutoriels, des livres et des réponses de forum. Chacune reçoit $G$ et $D$ neufs, et
# rend ce qui fait apprendre $D$, ce qui fait apprendre $G$, et le GAN. Lisez-les ; avant d'exécuter la cellule suivante,
# pariez sur celles qui marchent.

# %% tags=["preparation"]
def compiled(model):
    """Compile un modèle qui finit par une sigmoïde, avec un Adam à lui."""
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(0.01))
    return model


def nothing_frozen(generator, discriminator):
    compiled(discriminator)
    gan = compiled(make_gan(generator, discriminator))
    return discriminator.train_on_batch, gan.train_on_batch, gan


def frozen_before_compile(generator, discriminator):
    discriminator.trainable = False
    compiled(discriminator)
    gan = compiled(make_gan(generator, discriminator))
    return discriminator.train_on_batch, gan.train_on_batch, gan


def alias(generator, discriminator):
    compiled(discriminator)
    frozen = discriminator  # un autre nom pour le même objet
    frozen.trainable = False
    gan = compiled(make_gan(generator, frozen))
    return discriminator.train_on_batch, gan.train_on_batch, gan


def second_model(generator, discriminator):
    compiled(discriminator)
    frozen = keras.Sequential(discriminator.layers)  # un autre modèle, les mêmes couches
    frozen.trainable = False
    gan = compiled(make_gan(generator, frozen))
    return discriminator.train_on_batch, gan.train_on_batch, gan


def clone(generator, discriminator):
    compiled(discriminator)
    frozen = keras.models.clone_model(discriminator)  # d'autres couches
    frozen.set_weights(discriminator.get_weights())
    frozen.trainable = False
    gan = compiled(make_gan(generator, frozen))
    return discriminator.train_on_batch, gan.train_on_batch, gan


def frozen_after_a_batch(generator, discriminator):
    compiled(discriminator)
    discriminator.train_on_batch(points, labels)
    discriminator.trainable = False
    gan = compiled(make_gan(generator, discriminator))
    return discriminator.train_on_batch, gan.train_on_batch, gan


def freed_after_compile(generator, discriminator):
    discriminator.trainable = False
    gan = compiled(make_gan(generator, discriminator))
    discriminator.trainable = True
    compiled(discriminator)
    return discriminator.train_on_batch, gan.train_on_batch, gan


def freed_after_a_batch(generator, discriminator):
    discriminator.trainable = False
    gan = compiled(make_gan(generator, discriminator))
    gan.train_on_batch(noises, labels)
    discriminator.trainable = True
    compiled(discriminator)
    return discriminator.train_on_batch, gan.train_on_batch, gan


def toggled(generator, discriminator):
    compiled(discriminator)
    gan = compiled(make_gan(generator, discriminator))

    def learn_d(inputs, targets):
        discriminator.trainable = True
        discriminator.train_on_batch(inputs, targets)

    def learn_g(inputs, targets):
        discriminator.trainable = False
        gan.train_on_batch(inputs, targets)

    return learn_d, learn_g, gan


def two_tapes(generator, discriminator):
    gan = make_gan(generator, discriminator)

    def learner(model, network):
        """Fait apprendre network de la perte de model, sans rien figer."""
        optimizer = keras.optimizers.Adam(0.01)

        @tf.function
        def learn(inputs, targets):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(keras.losses.binary_crossentropy(targets, model(inputs, training=True)))
            variables = network.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))

        return learn

    return learner(discriminator, discriminator), learner(gan, generator), gan


recipes = {
    "rien de figé": nothing_frozen,
    "figé avant compile": frozen_before_compile,
    "alias figé": alias,
    "second modèle figé": second_model,
    "clone figé": clone,
    "figé après un lot": frozen_after_a_batch,
    "libéré après compile": freed_after_compile,
    "libéré après un lot": freed_after_a_batch,
    "bascule": toggled,
    "deux rubans": two_tapes,
}

# %% [markdown]
# On pose trois questions à chacune, avec de tout petits réseaux : $D$ **apprend**-il sur ses propres lots ? Reste-t-il **figé** pendant
# que $G$ apprend ? Le $D$ que contient le GAN est-il **à jour**, c'est-à-dire le même que celui qui apprend ? On les pose dans deux
# modes : dans un **graphe**, comme d'habitude (`train_on_batch` s'exécute dans un `tf.function`), puis **ligne à ligne**, comme quand
# on cherche une erreur (`run_eagerly=True`).

# %% tags=["preparation"]
points = np.random.default_rng(0).normal(size=(16, 4)).astype(np.float32)
noises = np.random.default_rng(1).normal(size=(16, 2)).astype(np.float32)
labels = np.ones((16, 1), np.float32)


def verdict(recipe):
    """Trois « oui » ou « non » : D apprend, D reste figé quand G apprend, le D du GAN est à jour."""
    keras.utils.set_random_seed(0)
    generator = keras.Sequential([keras.Input((2,)), layers.Dense(4)])
    discriminator = keras.Sequential([keras.Input((4,)), layers.Dense(3, "tanh"), layers.Dense(1, "sigmoid")])
    try:
        learn_d, learn_g, gan = recipe(generator, discriminator)
        for _ in range(2):
            learns = bool(moved_weights(discriminator, lambda: learn_d(points, labels)))
            still = not moved_weights(discriminator, lambda: learn_g(noises, labels))
    except ValueError:
        return ["erreur"] * 3
    same = np.allclose(gan(noises), discriminator(generator(noises)), atol=1e-6)
    return ["oui" if answer else "non" for answer in (learns, still, same)]


# %%
print(f"{'':22}      dans un graphe              ligne à ligne")
print(f"{'recette':22}" + 2 * f"{'apprend':>10}{'figé':>8}{'à jour':>8}")
for name, recipe in recipes.items():
    line, told = f"{name:22}", []
    for eagerly in (False, True):
        tf.config.run_functions_eagerly(eagerly)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            line += "{:>10}{:>8}{:>8}".format(*verdict(recipe))
        told.append(any("trainable weights" in str(warning.message) for warning in caught))
    print(line + "   (Keras avertit)" * told[0])  # dans un graphe, le mode de tous les jours
tf.config.run_functions_eagerly(False)

# %% [markdown]
# Lisons.
#
# - **Alias, second modèle** : `trainable` n'appartient pas à un modèle, mais à ses **couches**. Figer $D$ sous un autre nom, ou dans un
#   autre modèle fait des mêmes couches, c'est donc le figer partout. $G$ apprend alors à tromper un $D$ qui n'a jamais rien appris.
#   Keras avertit qu'un modèle n'a aucun poids à apprendre ; dans la plupart des tutoriels, l'avertissement se perd parmi d'autres.
# - **Clone** : ses couches sont à lui. Le $D$ du GAN reste tel qu'il était le jour de la copie, et $G$ apprend à tromper ce vieux $D$.
# - **Après un lot** : dans un graphe, cela marche, et c'est un accident. Un modèle lit `trainable` quand son graphe se construit, au
#   premier lot qui suit `compile`, et non pendant `compile` ; un changement ultérieur n'y fait plus rien. Exécutées ligne à ligne, les
#   mêmes recettes échouent.
# - **Libéré après compile** est la recette des vieux tutoriels, du temps où `compile` lisait `trainable`. Il ne le fait
#   plus : $D$ bouge pendant que $G$ apprend, et personne ne le dit.
#
# Ces résultats sont les mêmes avec Keras 3.13 (TensorFlow 2.20) et Keras 3.15 (TensorFlow 2.21).
#
# ### Question 12 : les recettes sûres
#
# Une recette est **sûre** si les trois réponses sont « oui », dans les deux modes. Donnez dans `reliable` l'ensemble de leurs noms,
# tels qu'ils sont écrits dans `recipes`.

# %% nbgrader={"grade": false, "grade_id": "reliable", "locked": false, "schema_version": 3, "solution": true, "task": false}
reliable = None  # un ensemble de noms : {"…", "…"}
### BEGIN SOLUTION
reliable = {"bascule", "deux rubans"}
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_reliable", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan_keras

dcgan_keras.check_reliable(globals())
### BEGIN HIDDEN TESTS
dcgan_keras.check_reliable(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Trois « oui » à gauche, trois « oui » à droite.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Un ensemble s'écrit entre accolades : `{"premier", "second"}`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Elles sont deux, et la seconde ne fige rien.
#
# </details>

# %% [markdown]
# ## 8. Entraîner le GAN par `train_on_batch`
#
# D'autres réseaux, pour changer : $z$ n'a que 32 nombres, $G$ part d'une image de 14 × 14, qu'il n'agrandit qu'une fois, et $D$ finit par
# une **sigmoïde**, puisque `loss="binary_crossentropy"` attend des probabilités. À pleine largeur, `filters` vaut 128.

# %% tags=["preparation"]
z_dim = 32
rng = np.random.default_rng(0)


def make_small_generator(filters):
    """De (n, z_dim) vers n images (n, 28, 28, 1)."""
    return keras.Sequential(
        [
            keras.Input((z_dim,)),
            layers.Dense(14 * 14 * filters),
            layers.BatchNormalization(),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Reshape((14, 14, filters)),
            layers.Conv2DTranspose(filters, 4, strides=2, padding="same"),
            layers.BatchNormalization(),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Conv2DTranspose(1, 5, padding="same", activation="tanh"),
        ]
    )


def make_small_discriminator(filters):
    """D'images (n, 28, 28, 1) vers (n, 1), des probabilités."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(filters, 4, strides=2, padding="same"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Conv2D(2 * filters, 4, strides=2, padding="same"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


# %%
make_small_generator(128).summary(line_length=78)

# %% [markdown]
# Un pas de $D$ commence par fabriquer des faux. `model.predict` est fait pour parcourir tout un jeu de données : il prépare à chaque appel
# un itérateur, un graphe et une barre de progression. Pour un lot, dans une boucle, appelez plutôt le modèle,
# `generator(z, training=False)`, ou `generator.predict_on_batch(z)`. Voyez ce que coûte un appel :

# %%
beginner, z = make_small_generator(8), rng.normal(size=(32, z_dim))
ways = {
    "generator(z, training=False)": lambda: beginner(z, training=False),
    "predict_on_batch": lambda: beginner.predict_on_batch(z),
    "predict": lambda: beginner.predict(z, verbose=0),
}
for name, make in ways.items():
    make()  # le premier appel construit le graphe
    start = time.perf_counter()
    for _ in range(10):
        make()
    print(f"{name:28} : {100 * (time.perf_counter() - start):.1f} ms par lot de 32")


# %% [markdown]
# ### Question 13 : un pas de D
#
# Écrivez `train_discriminator(generator, discriminator, real)`, où $D$ est déjà compilé :
#
# 1. tirez autant de $z$ que d'images dans `real`, avec NumPy (`rng.normal(size=(n, z_dim))`) ;
# 2. fabriquez les faux, en mode évaluation ;
# 3. mélangez vrais et faux en un seul lot (`np.concatenate`), avec leurs étiquettes, 1 et 0 ;
# 4. **libérez** $D$ (`trainable = True`), puis appelez `train_on_batch`, une seule fois.
#
# Rendez la perte de ce lot. Attention : avec Keras 3.13, `train_on_batch` rend la moyenne **depuis le début**, et non la perte du lot ;
# appelez `discriminator.reset_metrics()` juste avant, ce qui ne gêne pas les autres versions.

# %% nbgrader={"grade": false, "grade_id": "train_discriminator", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_discriminator(generator, discriminator, real):
    """Un pas de D, compilé, sur un lot mélangé de vrais et de faux ; renvoie la perte de ce lot."""
    ### BEGIN SOLUTION
    z = rng.normal(size=(len(real), z_dim))
    fake = generator.predict_on_batch(z)
    pictures = np.concatenate([real, fake])
    labels = np.concatenate([np.ones((len(real), 1)), np.zeros((len(real), 1))])
    discriminator.trainable = True
    discriminator.reset_metrics()
    return discriminator.train_on_batch(pictures, labels)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_train_discriminator", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan_keras

dcgan_keras.check_train_discriminator(globals())
### BEGIN HIDDEN TESTS
dcgan_keras.check_train_discriminator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# ### Question 14 : un pas de G
#
# Écrivez `train_generator(gan, discriminator, batch_size)` : $D$ est **figé**, de nouveaux $z$ reçoivent l'étiquette « vrai », et le GAN
# apprend par `train_on_batch`, après son `reset_metrics()`. Rendez la perte.

# %% nbgrader={"grade": false, "grade_id": "train_generator", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_generator(gan, discriminator, batch_size):
    """Un pas de G, à travers le modèle composé, D étant figé ; renvoie la perte de ce lot."""
    ### BEGIN SOLUTION
    z = rng.normal(size=(batch_size, z_dim))
    discriminator.trainable = False
    gan.reset_metrics()
    return gan.train_on_batch(z, np.ones((batch_size, 1)))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_train_generator", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan_keras

dcgan_keras.check_train_generator(globals())
### BEGIN HIDDEN TESTS
dcgan_keras.check_train_generator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# C'est la recette « bascule » : chaque fonction donne à `discriminator.trainable` la valeur qu'il lui faut, juste avant `train_on_batch`.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Les étiquettes de $D$ : `np.concatenate([np.ones((len(real), 1)), np.zeros((len(real), 1))])`, dans l'ordre où les images ont été rangées.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Pour $G$ : `discriminator.trainable = False`, `gan.reset_metrics()`, puis `return gan.train_on_batch(z, np.ones((batch_size, 1)))`.
#
# </details>

# %%
training.set_seed(0)
rng = np.random.default_rng(0)
filters = training.by_budget(essai=8, cpu=16, gpu=128)
rate = training.by_budget(essai=1e-3, cpu=1e-3, gpu=2e-4)
small_generator, small_discriminator = make_small_generator(filters), make_small_discriminator(filters)
gan = make_gan(small_generator, small_discriminator)
for model in (small_discriminator, gan):
    model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.Adam(rate, beta_1=0.5))

ten = rng.normal(size=(10, z_dim)).astype(np.float32)
small_run = training.Run(training.by_budget(essai=30, cpu=2000, gpu=6000), sample=lambda: small_generator(ten))
every, moments = max(1, small_run.steps // 6), []
for step in small_run:
    for model in (small_discriminator, gan):
        model.optimizer.learning_rate = rate * min(1, 2 - 2 * step / small_run.steps)
    real = images[rng.integers(len(images), size=batch_size)]
    loss_d = train_discriminator(small_generator, small_discriminator, real)
    loss_g = train_generator(gan, small_discriminator, batch_size)
    small_run.log(loss_d=loss_d, loss_g=loss_g)
    if (step + 1) % every == 0:
        moments.append(np.array(small_generator(ten, training=False)))
        print(f"étape {step + 1:5} : perte de D {float(loss_d):.3f}, perte de G {float(loss_g):.3f}")

# %%
plots.images(np.concatenate(moments), title="Les dix mêmes z, à intervalles réguliers, de haut en bas")

# %% [markdown]
# Deux différences avec la section 5 se lisent dans les pertes. Celle de $D$ est ici une moyenne sur le lot mélangé, la moitié de la
# somme de la section 3 : son équilibre est à log 2 ≈ 0,69, comme celui de $G$. Et $D$ apprend sur des faux fabriqués en mode
# évaluation, alors que $G$, dans `train_on_batch`, est en mode entraînement : au tout début, tant que les moyennes courantes de $G$
# n'ont pas suivi, ce ne sont pas les mêmes images, et chacun des deux réseaux peut sembler gagner.
#
# Vérifions maintenant, sur ces réseaux-là, ce que chaque pas fait bouger.

# %%
real = images[:batch_size]
steps_of = {
    "un pas de D": lambda: train_discriminator(small_generator, small_discriminator, real),
    "un pas de G": lambda: train_generator(gan, small_discriminator, batch_size),
}
for name, action in steps_of.items():
    for of, network in {"D": small_discriminator, "G": small_generator}.items():
        snapshot = network.get_weights()
        moved = moved_weights(network, action)
        network.set_weights(snapshot)
        print(f"{name} : {len(moved):2} tenseurs de {of} ont bougé, sur {len(network.weights)}")


# %% [markdown]
# ### Question 15 (corrigée à la main)
#
# 1. Une camarade a suivi la recette « alias figé ». Son programme tourne sans erreur. Que voit-elle sur les deux courbes de pertes, et sur
#    les images ? Comment le prouver en deux lignes ?
# 2. Un camarade a choisi « figé après un lot » : tout va bien. Il ajoute `run_eagerly=True` pour chercher une erreur ailleurs, et plus rien
#    ne marche. Expliquez-lui pourquoi, et pourquoi la première version n'était pas sûre non plus.
# 3. Pourquoi la question de figer $D$ ne se pose-t-elle pas avec deux `GradientTape` ?

# %% [markdown] nbgrader={"grade": true, "grade_id": "frozen_discriminator", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** $D$ n'apprend jamais : il reste au hasard de son initialisation. $G$ trouve très vite ce qui plaît à ce $D$-là,
# si bien que la perte de $G$ tombe vers 0 et y reste, tandis que celle de $D$ ne fait que monter ; les images n'ont rien de
# chiffres, puisque $D$ ne sait pas ce qu'est un chiffre. La preuve :
# `moved_weights(discriminator, lambda: discriminator.train_on_batch(…))` rend une liste vide (1 point). Dans
# un graphe, `trainable` est lu une seule fois, quand le graphe de `train_on_batch` se construit, au premier lot : celui de $D$ a trouvé
# $D$ libre, celui du GAN l'a trouvé figé, et chacun continue ainsi quoi que vaille `trainable` ensuite. Ligne à ligne, `trainable` est
# relu à chaque lot, et $D$ est figé. La première version dépendait donc de l'ordre des premiers lots : il suffit de compiler de
# nouveau, de charger un modèle, ou d'essayer le GAN un peu plus tôt pour qu'elle change de sens (1 point). Un ruban ne demande rien à
# `trainable` : on choisit soi-même les variables par rapport auxquelles on dérive, et celles que l'on met à jour. Le choix est
# écrit à l'endroit où il agit (1 point).

# %% [markdown]
# ## 9. Commander un chiffre (facultatif, non noté)
#
# Au TP 05, l'étiquette entrait dans les deux réseaux avec un MLP. Avec des convolutions, elle entre chez $G$ à côté de $z$ (dix
# nombres de plus, dont un seul vaut 1), et chez $D$ comme dix **canaux** de plus, constants sur l'image ; on fera de même au
# TP 10. Dans le pas, seules les étiquettes sont nouvelles ; les faux reçoivent celles du lot.

# %% tags=["preparation"]
def make_conditional_generator(width):
    """De z (n, latent_dim) et d'étiquettes one-hot (n, 10) vers n images (n, 28, 28, 1)."""
    z, label = keras.Input((latent_dim,)), keras.Input((10,))
    return keras.Model([z, label], make_generator(width, latent_dim + 10)(layers.Concatenate()([z, label])))


def make_conditional_discriminator(width, dropout):
    """D'images (n, 28, 28, 1) et d'étiquettes one-hot (n, 10) vers (n, 1), des logits."""
    image, label = keras.Input((28, 28, 1)), keras.Input((10,))
    maps = layers.Reshape((28, 28, 10))(layers.RepeatVector(28 * 28)(label))
    x = layers.Concatenate()([image, maps])
    for channels in (width, 2 * width):
        x = layers.Conv2D(channels, 5, strides=2, padding="same")(x)
        x = layers.Dropout(dropout)(layers.LeakyReLU(negative_slope=0.2)(x))
    return keras.Model([image, label], layers.Dense(1)(layers.Flatten()(x)))


@tf.function
def conditional_step(generator, discriminator, optimizer_g, optimizer_d, real, label):
    """Le pas de la question 6, avec des étiquettes one-hot, de forme (n, 10)."""
    z = tf.random.normal((len(real), latent_dim))
    with tf.GradientTape() as tape_d, tf.GradientTape() as tape_g:
        fake = generator([z, label], training=True)
        on_real = discriminator([real, label], training=True)
        on_fake = discriminator([fake, label], training=True)
        loss_d, loss_g = discriminator_loss(on_real, on_fake), generator_loss(on_fake)
    for tape, loss, network, optimizer in (
        (tape_d, loss_d, discriminator, optimizer_d),
        (tape_g, loss_g, generator, optimizer_g),
    ):
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))
    return loss_d, loss_g


# %%
training.set_seed(0)
rng = np.random.default_rng(0)
targets = np.eye(10, dtype=np.float32)[train_set.labels.numpy()]
conditional_generator = make_conditional_generator(width_g)
conditional_discriminator = make_conditional_discriminator(width_d, dropout=0.3)
optimizer_g, optimizer_d = (keras.optimizers.Adam(highest_rate, beta_1=0.5) for _ in range(2))
optimizer_g.build(conditional_generator.trainable_variables)
optimizer_d.build(conditional_discriminator.trainable_variables)

asked = np.arange(80) % 10
orders = [tf.random.normal((80, latent_dim)), tf.constant(np.eye(10, dtype=np.float32)[asked])]
conditional_run = training.Run(training.by_budget(essai=10, cpu=1500, gpu=10000))
for step in conditional_run:
    for optimizer in (optimizer_d, optimizer_g):
        optimizer.learning_rate = highest_rate * min(1, 2 - 2 * step / conditional_run.steps)
    rows = rng.integers(len(images), size=batch_size)
    batch = tf.constant(images[rows]), tf.constant(targets[rows])
    loss_d, loss_g = conditional_step(
        conditional_generator, conditional_discriminator, optimizer_g, optimizer_d, *batch
    )
    conditional_run.log(loss_d=loss_d, loss_g=loss_g)

# %%
ordered = conditional_generator(orders, training=False)
print(f"le juge lit le chiffre demandé dans {(judge.predict(ordered) == asked).mean():.0%} des images")
plots.class_grid(ordered, asked, title="Une ligne par chiffre demandé", columns=8)

# %% [markdown]
# ## Ce qu'il faut retenir
#
# - En Keras, les canaux viennent en dernier, les étiquettes en premier, et le mode (`training=`) se dit à chaque appel.
# - Un pas de GAN tient en six temps ; chaque réseau ne suit que le gradient par rapport à **ses** poids.
# - L'équilibre n'est pas une perte nulle : c'est $D$ à 1/2, soit 2 log 2 et log 2.
# - Dans un `tf.function`, NumPy ne tire qu'une fois : le hasard s'y tire avec TensorFlow.
# - Deux bibliothèques donnent les mêmes nombres si l'on accorde l'ordre des axes, les marges et les constantes de BatchNorm.
# - `trainable` appartient aux couches, et n'est lu qu'au premier lot. Figer $D$ sûrement : basculer avant chaque `train_on_batch`, ou ne
#   rien figer et dériver soi-même. Et **mesurer** ce qui bouge.
#
# **Pour rendre ce TP** : redémarrez le noyau, exécutez tout du début à la fin, enregistrez, et lancez la validation
# (bouton « Validate » de JupyterLab) : elle rejoue chaque vérification. Puis déposez le fichier `07_dcgan_keras.ipynb`, sans changer son nom.
#
# ## Pour aller plus loin (facultatif)
#
# 1. **Le réglage d'origine.** Le tutoriel de TensorFlow dont viennent ces deux réseaux garde la pente par défaut de `LeakyReLU` (0,3),
#    des lots de 256 et un taux de 0,0001 sans `beta_1`. Les images sont-elles aussi bonnes au bout du même temps ?
# 2. **Le $D$ figé, en images.** Entraînez le GAN de la section 8 par la recette « alias figé », puis par « clone figé ». Reconnaissez-vous
#    les courbes que vous aviez prédites ?
# 3. **Le bruit figé.** Remplacez `tf.random.normal` par NumPy dans une copie de `train_step`. Que devient la diversité des images ?
# 4. **Des visages.** Que faudrait-il changer pour des images de 64 × 64 en couleurs ? C'est l'affaire des TP 09 et 10.
#
# Travaillez tout en bas du notebook, dans des cellules **neuves** où vous recopiez le code sous d'autres noms. Ne
# copiez pas les cellules elles-mêmes : la correction prendrait la copie pour votre réponse.
#
# **Références** : I. Goodfellow et al., *Generative adversarial nets*, NeurIPS 2014. A. Radford, L. Metz et S. Chintala, *Unsupervised
# representation learning with deep convolutional generative adversarial networks*, ICLR 2016. M. Mirza et S. Osindero, *Conditional
# generative adversarial nets*, 2014. Documentation de Keras, *Transfer learning and fine-tuning* (ce que `trainable` fige), et de
# TensorFlow, *Better performance with tf.function*.
