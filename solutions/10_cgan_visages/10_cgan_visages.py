# %% [markdown] tags=["badge"]
# [![Ouvrir dans Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/votre_organisation/tp-gan/blob/main/notebooks/10_cgan_visages/10_cgan_visages.ipynb)

# %% [markdown]
# # TP 10 · Choisir la couleur des cheveux : un WGAN-GP conditionnel
#
# Le générateur du TP 09 dessine des visages, mais lesquels ? Ceux qu'il veut. Celui-ci reçoit une commande, « blond » ou « pas
# blond », et y obéit. Mieux : commandez deux fois avec le même $z$, d'abord l'un, puis l'autre, et vous verrez la même personne
# changer de cheveux. Aucune vraie image ne montre pourtant la même scène deux fois, avec deux chevelures.
#
# **Vous allez**
#
# - coder une étiquette de deux façons : à côté du bruit pour $G$, en canaux d'image pour le critique ;
# - écrire les deux réseaux conditionnels, de la largeur que l'on veut ;
# - faire entrer l'étiquette dans les deux pas et jusque dans la pénalité de gradient ;
# - rassembler le tout dans un `keras.Model`, qui s'entraîne par `fit` ;
# - dessiner le même $z$ avec une étiquette puis avec l'autre, et mesurer ce qui change, et où ;
# - reprendre le même code pour dix classes, sur Fashion-MNIST.
#
# **Prérequis** : le TP 09, dont les pertes, la pénalité et les pas du critique resservent ; le TP 05 pour les étiquettes.
#
# **Durée** : environ deux heures de travail.

# %% [markdown] tags=["bareme"]
# **Barème** : 20 points vérifiés automatiquement, 5 corrigés à la main.  
# **Temps de calcul** du corrigé entier : 407 s (budget « cpu »), 31 s (budget « essai »), mesurés sur 2 cœurs.

# %% tags=["installation"]
# Sur Colab, installe le paquet du cours ; ailleurs, cette cellule ne fait rien.
import subprocess
import sys

if "google.colab" in sys.modules:
    archive = "https://github.com/votre_organisation/tp-gan/archive/refs/heads/main.zip"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", f"tp-gan @ {archive}"], check=True)

# %% tags=["preparation"]
from tp_gan import data, plots, training

training.setup(seed=0, framework="tensorflow")

import keras
import numpy as np
import tensorflow as tf
from keras import layers

# %% [markdown]
# ## 1. Des visages, et un attribut
#
# Chaque visage vient avec la liste de ses attributs. Nous n'en gardons qu'un, `Blond_Hair`. L'étiquette vaut 1 pour un visage aux
# cheveux blonds, 0 pour tous les autres. Les mille derniers visages sont mis de côté : ils diront ce que vaut le classifieur de la
# section 5.

# %%
faces = data.face_pictures(n=training.by_budget(essai=2000, cpu=10_000, gpu=60_000))
labels = faces.has("Blond_Hair").astype("int32")
images, test_images = faces.images[:-1000], faces.images[-1000:]
labels, test_labels = labels[:-1000], labels[-1000:]
print(f"{len(images)} visages pour l'entraînement, dont {labels.mean():.0%} de blonds")
shown = np.concatenate([np.flatnonzero(labels == label)[:10] for label in (0, 1)])
plots.class_grid(images[shown], labels[shown], names=["pas blond", "blond"], title="De vrais visages, selon leur étiquette")


# %% [markdown]
# ### Question 1 : une étiquette, deux nombres
#
# Comme au TP 05, une étiquette se donne à un réseau sous la forme d'un codage **un parmi plusieurs** : ici $[1, 0]$ pour « pas
# blond » et $[0, 1]$ pour « blond ». Écrivez `one_hot(labels, classes)` ; il servira aussi avec dix classes.
#
# Comme au TP 09, les fonctions qui suivent serviront dans `fit`, donc dans un graphe : rien de NumPy, et `tf.shape(x)[0]` plutôt que
# `len(x)` ou `x.shape[0]`.

# %% nbgrader={"grade": false, "grade_id": "one_hot", "locked": false, "schema_version": 3, "solution": true, "task": false}
def one_hot(labels, classes):
    """Le codage un parmi `classes` : d'étiquettes entières (n,) vers un tenseur (n, classes) de float32."""
    ### BEGIN SOLUTION
    return tf.one_hot(labels, classes)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_one_hot", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cgan

cgan.check_one_hot(globals())
### BEGIN HIDDEN TESTS
cgan.check_one_hot(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# TensorFlow a une fonction de ce nom, ou presque.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `tf.one_hot(étiquettes, nombre de colonnes)`. Le nombre de colonnes ne se devine pas d'après les étiquettes reçues : un lot
# pourrait ne contenir aucun blond.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `return tf.one_hot(labels, classes)`, qui donne déjà des float32.
#
# </details>

# %% [markdown]
# ## 2. Deux portes pour une étiquette
#
# $G$ reçoit un vecteur : joindre l'étiquette à $z$ suffit. Le critique, lui, reçoit une **image**, et ses convolutions ne lisent
# que des cartes, une par canal. Comment lui dire « blond » ? En lui donnant l'étiquette sous forme d'image : une carte par classe,
# de la taille du visage, remplie de 1 pour la bonne classe et de 0 pour les autres. Une photographie a trois canaux, rouge, vert et
# bleu ; le critique en verra cinq. Ainsi, où que se pose un noyau, il lit à la fois un morceau de visage et l'étiquette entière.
#
# ### Question 2 : l'étiquette en canaux
#
# Écrivez `label_channels(codes, size)`, qui étale chaque codage sur une image : de la forme `(n, classes)` à
# `(n, size, size, classes)`.

# %% nbgrader={"grade": false, "grade_id": "label_channels", "locked": false, "schema_version": 3, "solution": true, "task": false}
def label_channels(codes, size):
    """Chaque codage, répété en chaque pixel : de (n, classes) vers (n, size, size, classes)."""
    ### BEGIN SOLUTION
    return codes[:, None, None, :] * tf.ones((1, size, size, 1))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_label_channels", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cgan

cgan.check_label_channels(globals())
### BEGIN HIDDEN TESTS
cgan.check_label_channels(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# En Keras, les canaux viennent en dernier. Le nombre de l'image $i$ et de la classe $c$ est le même à toutes les lignes et à toutes
# les colonnes.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Il faut deux axes de plus, au milieu : `codes[:, None, None, :]` a la forme (n, 1, 1, classes). Reste à répéter selon ces deux axes.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `tf.tile(codes[:, None, None, :], [1, size, size, 1])`, ou le produit par `tf.ones((1, size, size, 1))`.
#
# </details>

# %%
pair = np.stack([images[labels == label][0] for label in (0, 1)]) / 127.5 - 1
channels = 1.5 * label_channels(one_hot(np.array([0, 1]), 2), 64).numpy() - 1
views = [pair, *(np.repeat(channels[..., label, None], 3, axis=3) for label in (0, 1))]
plots.class_grid(
    np.concatenate(views),
    np.repeat(np.arange(3), 2),
    names=["rouge, vert, bleu", "canal « pas blond »", "canal « blond »"],
    title="Cinq canaux (gris : 1, noir : 0)",
)


# %% [markdown]
# ### Question 3 : le critique
#
# C'est celui du TP 09, avec deux entrées, que l'on joint selon l'axe des canaux. Il doit servir à des images de 64 pixels de côté
# comme à des images de 32, en couleurs ou en gris, avec deux classes ou dix :
#
# 1. deux entrées, dans cet ordre : les images `(size, size, channels)` et les canaux d'étiquette `(size, size, classes)` ;
#    `layers.Concatenate()` les joint ;
# 2. des `layers.Conv2D` de noyau 4, de pas 2 et de marge `"same"`, à `width`, puis `2 * width`, `4 * width`… filtres, jusqu'à
#    ce que l'image n'ait plus que 4 pixels de côté (quatre convolutions pour 64, trois pour 32), chacune suivie de
#    `layers.LeakyReLU(negative_slope=0.2)` ;
# 3. un `layers.Conv2D` d'un seul filtre de noyau 4, de marge `"valid"`, puis `layers.Flatten()` : une **note** par image, un nombre
#    quelconque. Pas de sigmoïde, et pas de normalisation par lots, pour les raisons du TP 09.

# %% nbgrader={"grade": false, "grade_id": "make_critic", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_critic(size, channels, classes, width):
    """Un nouveau critique : [images (n, size, size, channels), canaux d'étiquette (n, size, size, classes)] vers (n, 1).

    size : 32 ou 64. width : les filtres de la première convolution, doublés à chaque suivante.
    """
    ### BEGIN SOLUTION
    pictures = keras.Input((size, size, channels))
    labels = keras.Input((size, size, classes))
    x = layers.Concatenate()([pictures, labels])
    while size > 4:
        x = layers.Conv2D(width, 4, strides=2, padding="same")(x)
        x = layers.LeakyReLU(negative_slope=0.2)(x)
        size, width = size // 2, 2 * width
    x = layers.Conv2D(1, 4)(x)
    return keras.Model([pictures, labels], layers.Flatten()(x))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_make_critic", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cgan

cgan.check_make_critic(globals())
### BEGIN HIDDEN TESTS
cgan.check_make_critic(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# L'API fonctionnelle de Keras : `keras.Input(forme)` pour chaque entrée, des couches que l'on appelle, puis
# `keras.Model([première, seconde], sortie)`. Les formes ne comptent pas le lot.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Une boucle : tant que `size` dépasse 4, une convolution et son activation ; puis `size` est divisé par deux, et `width` doublé.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `x = layers.Concatenate()([pictures, labels])`, `while size > 4:` … `x = layers.Conv2D(width, 4, strides=2, padding="same")(x)` …,
# puis `layers.Flatten()(layers.Conv2D(1, 4)(x))`.
#
# </details>

# %% [markdown]
# ### Question 4 : le générateur
#
# Il fait le chemin inverse. Aux `latent_dim` nombres de $z$, on joint les `classes` nombres du codage ; avec un $z$ de 32 nombres
# et deux classes, cela fait un vecteur de 34 nombres, que l'on regarde comme une image d'un seul pixel, à 34 canaux :
#
# 1. deux entrées, dans cet ordre : `(latent_dim,)` et `(classes,)`, jointes par `layers.Concatenate()` ;
#    `layers.Reshape((1, 1, latent_dim + classes))` ;
# 2. un `layers.Conv2DTranspose` de noyau 4 et de marge `"valid"`, qui fait passer de 1 à 4 pixels, puis d'autres de noyau 4, de pas
#    2 et de marge `"same"`, qui doublent la taille, jusqu'à `size / 2` (quatre en tout pour 64, trois pour 32). Leurs nombres de
#    filtres sont ceux du critique, à rebours : `8 * width`, `4 * width`, `2 * width`, `width` pour 64 ; `4 * width`, `2 * width`,
#    `width` pour 32. Toutes ces couches sont sans biais, et suivies de `layers.BatchNormalization(momentum=0.9)` et de
#    `layers.LeakyReLU(negative_slope=0.2)` ;
# 3. un dernier `layers.Conv2DTranspose` de noyau 4, de pas 2, de marge `"same"`, à `channels` filtres, avec biais et
#    `activation="tanh"`.

# %% nbgrader={"grade": false, "grade_id": "make_generator", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_generator(size, channels, classes, width, latent_dim):
    """Un nouveau générateur : [bruit (n, latent_dim), codages (n, classes)] vers (n, size, size, channels), dans [-1, 1].

    size : 32 ou 64. width : les filtres de l'avant-dernière convolution transposée, doublés à chaque précédente.
    """
    ### BEGIN SOLUTION
    z = keras.Input((latent_dim,))
    codes = keras.Input((classes,))
    x = layers.Concatenate()([z, codes])
    x = layers.Reshape((1, 1, latent_dim + classes))(x)
    filters, step, padding = width * size // 8, 1, "valid"
    while filters >= width:
        x = layers.Conv2DTranspose(filters, 4, strides=step, padding=padding, use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.LeakyReLU(negative_slope=0.2)(x)
        filters, step, padding = filters // 2, 2, "same"
    x = layers.Conv2DTranspose(channels, 4, strides=2, padding="same", activation="tanh")(x)
    return keras.Model([z, codes], x)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_make_generator", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cgan

cgan.check_make_generator(globals())
### BEGIN HIDDEN TESTS
cgan.check_make_generator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Une image d'un pixel, puis de 4, 8, 16, 32 et 64 pixels de côté. La première convolution transposée est à part : pas de 1, marge
# `"valid"`.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Pour 64 pixels, la première a `8 * width` filtres ; pour 32, `4 * width` : c'est `width * size // 8` dans les deux cas. Les
# suivantes en ont deux fois moins à chaque fois, jusqu'à `width`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `x = layers.Reshape((1, 1, latent_dim + classes))(layers.Concatenate()([z, codes]))`, puis
# `layers.Conv2DTranspose(width * size // 8, 4, use_bias=False)`, BatchNormalization, LeakyReLU, et une boucle pour les suivantes.
#
# </details>

# %% tags=["preparation"]
latent_dim = 32  # nombres tirés au hasard pour fabriquer une image


def noise(n):
    """Du bruit de loi normale centrée réduite : un tenseur de forme (n, latent_dim)."""
    return tf.random.normal((n, latent_dim))


# %%
full_critic, full_generator = make_critic(64, 3, 2, width=64), make_generator(64, 3, 2, 64, latent_dim)
codes = one_hot(np.array([0, 1, 1]), 2)
pictures = full_generator([noise(3), codes])
scores = full_critic([pictures, label_channels(codes, 64)])
for name, network in {"critique  ": full_critic, "générateur": full_generator}.items():
    print(f"{name} : {network.count_params():9,} paramètres".replace(",", " "))
print("images", tuple(pictures.shape), "  notes", tuple(scores.shape))


# %% [markdown]
# À pleine largeur, chaque réseau a environ trois millions de paramètres. Les étiquettes en coûtent très peu :
# $2 \times 4 \times 4 \times 64 = 2\,048$ au critique, et $2 \times 4 \times 4 \times 512 = 16\,384$ au générateur. Sans GPU, on
# prendra des réseaux quatre fois plus étroits.
#
# ## 3. L'étiquette entre dans le jeu
#
# Le critique, noté $C$, juge maintenant des **couples** $(x, y)$, une image et son étiquette, et la distance de Wasserstein qu'il
# estime est celle qui sépare les couples réels des couples fabriqués. Un beau visage brun présenté comme blond est un mauvais
# couple : pour avoir une bonne note, $G$ doit obéir. La perte du critique devient, $\lambda$ étant `gp_weight` :
#
# $$\mathbb{E}\big[C(G(z, y), y)\big] - \mathbb{E}\big[C(x, y)\big] + \lambda\, \mathbb{E}\big[(\lVert \nabla_{\hat x}\, C(\hat x, y) \rVert_2 - 1)^2\big]$$
#
# Pour chaque vraie image du lot, on fabrique un faux **de la même étiquette**. C'est ce qui donne un sens à la pénalité :
# $\hat x = \epsilon\, x + (1 - \epsilon)\, G(z, y)$ est alors entre deux images d'étiquette $y$, et c'est avec cette étiquette que
# le critique la note. Il doit être lisse, c'est-à-dire ne pas varier trop vite, pour chaque étiquette.
#
# ### Question 5 : la pénalité, avec l'étiquette
#
# Écrivez `gradient_penalty(critic, real, fake, channels)` : un $\epsilon$ **uniforme** dans $[0, 1]$ par image, les images
# intermédiaires, le gradient de leurs notes **par rapport à l'image seule**, sa norme image par image (ajoutez $10^{-12}$ sous la
# racine, dont la dérivée en 0 est infinie), et la moyenne de $(\text{norme} - 1)^2$.

# %% nbgrader={"grade": false, "grade_id": "gradient_penalty", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradient_penalty(critic, real, fake, channels):
    """La pénalité de gradient, entre de vraies et de fausses images de mêmes étiquettes : un nombre.

    real, fake : des images (n, size, size, c). channels : leurs étiquettes communes, (n, size, size, classes).
    """
    ### BEGIN SOLUTION
    epsilon = tf.random.uniform((tf.shape(real)[0], 1, 1, 1))
    between = epsilon * real + (1 - epsilon) * fake
    with tf.GradientTape() as tape:
        tape.watch(between)
        scores = critic([between, channels], training=True)
    slopes = tape.gradient(scores, between)
    norms = tf.sqrt(tf.reduce_sum(slopes**2, axis=[1, 2, 3]) + 1e-12)
    return tf.reduce_mean((norms - 1) ** 2)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_gradient_penalty", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cgan

cgan.check_gradient_penalty(globals())
### BEGIN HIDDEN TESTS
cgan.check_gradient_penalty(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# C'est la pénalité du TP 09 ; le critique y reçoit une liste de deux entrées, et seule la première est interpolée.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `epsilon` a la forme (n, 1, 1, 1) : un nombre par image. Un `tf.GradientTape` ne suit pas de lui-même un tenseur ordinaire : il
# faut `tape.watch(between)`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `scores = critic([between, channels], training=True)` dans le bloc, puis `tape.gradient(scores, between)`, dont la norme se prend
# sur les axes 1, 2 et 3.
#
# </details>

# %% [markdown]
# ### Question 6 : le pas du critique
#
# `real` est un lot de vraies images dans $[-1, 1]$, et `codes` les codages de leurs étiquettes, `(n, classes)`. Fabriquez autant de
# faux, avec un bruit neuf et **les mêmes codages**, notez les vrais et les faux avec leurs canaux d'étiquette, ajoutez la pénalité,
# et faites avancer l'optimiseur du critique. Les deux réseaux sont appelés avec `training=True`. (Dans `fit`, la taille d'un lot
# n'est pas connue d'avance : `tf.shape(real)[0]` la donne, et non `len(real)`.)

# %% nbgrader={"grade": false, "grade_id": "critic_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def critic_step(generator, critic, optimizer, real, codes, gp_weight):
    """Un pas d'apprentissage du critique ; renvoie sa perte, l'écart des notes (faux moins vrais) et la pénalité.

    optimizer : celui du critique. real : de vraies images (n, size, size, c). codes : leurs étiquettes, (n, classes).
    """
    ### BEGIN SOLUTION
    fake = generator([noise(tf.shape(real)[0]), codes], training=True)
    channels = label_channels(codes, real.shape[1])
    with tf.GradientTape() as tape:
        on_real, on_fake = (critic([x, channels], training=True) for x in (real, fake))
        wass = tf.reduce_mean(on_fake) - tf.reduce_mean(on_real)
        gp = gradient_penalty(critic, real, fake, channels)
        loss = wass + gp_weight * gp
    gradients = tape.gradient(loss, critic.trainable_variables)
    optimizer.apply_gradients(zip(gradients, critic.trainable_variables, strict=True))
    return loss, wass, gp
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_critic_step", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cgan

cgan.check_critic_step(globals())
### BEGIN HIDDEN TESTS
cgan.check_critic_step(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Le pas du TP 09, à trois différences près : $G$ reçoit `[bruit, codes]`, le critique `[images, channels]`, et la pénalité reçoit
# aussi `channels`.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `channels = label_channels(codes, real.shape[1])` sert trois fois : pour les vrais, pour les faux, pour la pénalité.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `fake = generator([noise(tf.shape(real)[0]), codes], training=True)`, puis, dans le `with tf.GradientTape()`, les deux moyennes de
# notes et `gradient_penalty(critic, real, fake, channels)`.
#
# </details>

# %% [markdown]
# ### Question 7 : le pas du générateur
#
# $G$ fabrique une image pour chaque codage reçu, avec un bruit neuf, et cherche à faire **monter** la note moyenne que le critique
# donne à ces images, avec les mêmes étiquettes. Il apprend : appelez-le avec `training=True`.

# %% nbgrader={"grade": false, "grade_id": "generator_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def generator_step(generator, critic, optimizer, codes):
    """Un pas d'apprentissage de G ; renvoie sa perte. optimizer : celui de G. codes : les étiquettes demandées, (n, classes)."""
    ### BEGIN SOLUTION
    z = noise(tf.shape(codes)[0])
    with tf.GradientTape() as tape:
        fake = generator([z, codes], training=True)
        loss = -tf.reduce_mean(critic([fake, label_channels(codes, fake.shape[1])], training=True))
    gradients = tape.gradient(loss, generator.trainable_variables)
    optimizer.apply_gradients(zip(gradients, generator.trainable_variables, strict=True))
    return loss
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_generator_step", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cgan

cgan.check_generator_step(globals())
### BEGIN HIDDEN TESTS
cgan.check_generator_step(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# La perte est l'opposé de la note moyenne : c'est elle que l'optimiseur fait baisser.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Un seul jeu d'étiquettes, deux usages : `codes` pour fabriquer, ses canaux pour juger. Tout se passe dans le bloc du
# `GradientTape`, $G$ compris.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `fake = generator([noise(tf.shape(codes)[0]), codes], training=True)`,
# `loss = -tf.reduce_mean(critic([fake, label_channels(codes, fake.shape[1])], training=True))`.
#
# </details>

# %% [markdown]
# ### Question 8 : le modèle
#
# `CGAN` range tout dans un `keras.Model`. Complétez `train_step`, que `fit` appelle sur chaque lot. Son argument `batch` est un
# couple `(images, labels)`, des octets de 0 à 255 et des étiquettes entières.
#
# 1. ramenez les images dans $[-1, 1]$ (`tf.cast(images, tf.float32) / 127.5 - 1`), codez les étiquettes ;
# 2. faites `critic_steps` pas du critique, chacun avec un bruit neuf, sur ce même lot ;
# 3. puis **un** pas de $G$, avec les mêmes codages ;
# 4. renvoyez un dictionnaire à quatre entrées : `"c_loss"`, `"c_wass"`, `"c_gp"` (les trois valeurs du dernier pas du critique) et
#    `"g_loss"`.

# %% nbgrader={"grade": false, "grade_id": "CGAN", "locked": false, "schema_version": 3, "solution": true, "task": false}
class CGAN(keras.Model):
    """Un WGAN-GP conditionnel : un critique et un générateur que `fit` entraîne ensemble."""

    def __init__(self, critic, generator, classes, critic_steps=3, gp_weight=10.0):
        super().__init__()
        self.critic, self.generator, self.classes = critic, generator, classes
        self.critic_steps, self.gp_weight = critic_steps, gp_weight

    def compile(self, c_optimizer, g_optimizer):
        super().compile(jit_compile=False)
        self.c_optimizer, self.g_optimizer = c_optimizer, g_optimizer

    def train_step(self, batch):
        images, labels = batch
        ### BEGIN SOLUTION
        real = tf.cast(images, tf.float32) / 127.5 - 1
        codes = one_hot(labels, self.classes)
        for _ in range(self.critic_steps):
            c_loss, c_wass, c_gp = critic_step(
                self.generator, self.critic, self.c_optimizer, real, codes, self.gp_weight
            )
        g_loss = generator_step(self.generator, self.critic, self.g_optimizer, codes)
        return {"c_loss": c_loss, "c_wass": c_wass, "c_gp": c_gp, "g_loss": g_loss}
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_CGAN", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cgan

cgan.check_CGAN(globals())
### BEGIN HIDDEN TESTS
cgan.check_CGAN(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Tout est déjà écrit : `train_step` ne fait qu'appeler `one_hot`, `critic_step` et `generator_step`, avec ce que l'objet a rangé
# dans `self`.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `for _ in range(self.critic_steps):` autour du seul `critic_step`. C'est lui qui tire le bruit : chaque tour en a un neuf.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `codes = one_hot(labels, self.classes)`,
# `critic_step(self.generator, self.critic, self.c_optimizer, real, codes, self.gp_weight)`, puis
# `generator_step(self.generator, self.critic, self.g_optimizer, codes)` hors de la boucle.
#
# </details>

# %% [markdown]
# ## 4. L'entraînement
#
# `new_gan` construit deux réseaux neufs et leurs optimiseurs. Le taux d'apprentissage descend peu à peu, en ligne droite, jusqu'au
# vingtième de sa valeur de départ. Comme au TP 09, on garde une moyenne glissante des poids de $G$, que l'on prend à la fin.
# `batches` tire les lots, qui comptent autant de visages blonds que d'autres : sans cela, $G$ recevrait trop rarement la commande
# la plus rare (dans CelebA, un visage sur sept). Les images restent des octets, et ne sont ramenées à $[-1, 1]$ que lot par lot.
#
# Dans l'aperçu, les trente-six images vont **deux par deux** : un même $z$, « pas blond » puis « blond ».

# %% tags=["preparation"]
def batches(images, labels, batch_size):
    """Des lots (images, étiquettes) tirés au hasard, sans fin, où chaque étiquette est aussi fréquente."""
    draw = np.random.default_rng(0)
    groups = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    while True:
        rows = np.concatenate([draw.choice(group, batch_size // len(groups)) for group in groups])
        yield images[rows], labels[rows]


def new_gan(size, channels, classes, width, steps, lr=1e-3):
    """Un CGAN neuf, et ses optimiseurs, dont le taux décroît sur `steps` étapes."""
    critic = make_critic(size, channels, classes, width)
    generator = make_generator(size, channels, classes, width, latent_dim)
    gan = CGAN(critic, generator, classes, critic_steps=training.by_budget(essai=1, cpu=3, gpu=3))
    c_rate, g_rate = (keras.optimizers.schedules.PolynomialDecay(lr, n * steps, lr / 20) for n in (gan.critic_steps, 1))
    gan.compile(
        c_optimizer=keras.optimizers.Adam(c_rate, beta_1=0.5, beta_2=0.9),
        g_optimizer=keras.optimizers.Adam(g_rate, beta_1=0.5, beta_2=0.9, use_ema=True, ema_momentum=0.99),
    )
    return gan


def take_average(gan):
    """Donne à G la moyenne glissante de ses poids."""
    gan.g_optimizer.finalize_variable_values(gan.generator.trainable_variables)


# %%
training.set_seed(0)
epochs, steps_per_epoch = training.by_budget(essai=(1, 15), cpu=(48, 50), gpu=(80, 100))
steps = epochs * steps_per_epoch
gan = new_gan(64, 3, 2, width=training.by_budget(essai=4, cpu=16, gpu=64), steps=steps)

fixed_z, fixed_codes = tf.repeat(noise(18), 2, axis=0), one_hot(np.arange(36, dtype="int32") % 2, 2)
run = training.Run(steps, sample=lambda: gan.generator([fixed_z, fixed_codes], training=False), real=images[:36])
history = gan.fit(
    batches(images, labels, training.by_budget(essai=16, cpu=16, gpu=64)),
    epochs=epochs,
    steps_per_epoch=steps_per_epoch,
    callbacks=run.callbacks("10_cgan_visages"),
    shuffle=False,
    verbose=0,
)
take_average(gan)

# %%
plots.measures(
    run.history,
    names={"c_wass": "écart des notes, faux moins vrais", "c_gp": "pénalité"},
    title="Le critique au fil de l'entraînement",
    ylabel="valeur",
)

# %% [markdown]
# L'écart des notes (la part de Wasserstein du TP 09) plonge en quelques dizaines d'étapes, le temps que le critique apprenne à
# distinguer les faux ; puis il remonte vers 0, à mesure que les couples fabriqués ressemblent aux vrais. Son opposé estime la
# distance de Wasserstein qui les sépare : elle diminue, puis se stabilise. La pénalité est petite : la pente du critique est presque
# partout voisine de 1.

# %%
plots.animation(run.snapshots, title="Deux par deux : le même z, « pas blond » puis « blond »")


# %% [markdown]
# Au début, les deux images d'une paire sont presque identiques : $G$ ne fait encore rien de l'étiquette. Les têtes apparaissent
# d'abord, puis les paires se séparent par les cheveux.
#
# ## 5. Le même $z$, deux étiquettes
#
# ### Question 9 : tout garder, sauf l'étiquette
#
# Écrivez `same_z(generator, z, classes)` : les images que $G$ fait de ces $z$ avec l'étiquette 0, puis **des mêmes** avec l'étiquette 1,
# et ainsi de suite, en un tableau NumPy de forme `(classes, n, size, size, channels)`. On dessine, on n'apprend pas : `training=False`.

# %% nbgrader={"grade": false, "grade_id": "same_z", "locked": false, "schema_version": 3, "solution": true, "task": false}
def same_z(generator, z, classes):
    """Les mêmes z avec chacune des étiquettes : un tableau (classes, n, size, size, channels). z : (n, latent_dim)."""
    ### BEGIN SOLUTION
    asked = [one_hot(np.full(len(z), label, dtype="int32"), classes) for label in range(classes)]
    return np.stack([generator([z, codes], training=False) for codes in asked])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_same_z", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cgan

cgan.check_same_z(globals())
### BEGIN HIDDEN TESTS
cgan.check_same_z(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Une boucle sur les étiquettes : à chaque tour, le même `z`, et un lot de codages tous égaux.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `np.full(len(z), label, dtype="int32")` est un lot d'étiquettes toutes égales à `label` ; `one_hot` en fait des codages.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `np.stack([generator([z, one_hot(np.full(len(z), label, dtype="int32"), classes)], training=False) for label in range(classes)])`.
#
# </details>

# %%
training.set_seed(1)
others, blonds = same_z(gan.generator, noise(500), 2)
plots.image_pairs(others[:20], blonds[:20], titles=("pas blond", "blond"), title="Le même z, deux commandes")

# %% [markdown]
# Le visage, le fond, la pose restent à peu près les mêmes, et la chevelure change. Rien, dans les données, ne montrait à $G$ ce
# qu'est la même image avec d'autres cheveux. L'étiquette lui est donnée à part : il n'a pas besoin de réserver une partie de $z$ à
# la couleur des cheveux, et tout le reste, qui convient aussi bien à l'une et à l'autre commande, reste à la charge de $z$. Rien ne
# l'*oblige* à dessiner la même personne ; c'est la solution la plus simple pour lui.
#
# Où les deux images diffèrent-elles ? Dans la figure qui suit, en haut, le changement moyen sur cinq cents $z$ ; en bas, la part
# des visages dessinés par le cours dont les cheveux couvrent chaque pixel (avec CelebA, elle n'est qu'une approximation : les
# coiffures et les poses y sont plus variées).

# %%
hair = data.hair_map()
change = np.abs(blonds - others).mean(axis=(0, 3))
plots.class_grid(
    np.stack([2 * change / change.max() - 1, 2 * hair / hair.max() - 1])[..., None],
    np.arange(2),
    names=["ce qui change", "les cheveux"],
    title="Du noir (jamais) au blanc (le plus)",
)


# %% [markdown]
# ### Question 10 : dedans et dehors
#
# Résumons cette carte en un nombre. Le changement d'un pixel est la moyenne des $|\text{écarts}|$ sur toutes les images et tous les
# canaux. Écrivez `change_ratio(first, second, hair)` : la moyenne du changement sur les pixels **hors** des cheveux
# (`hair < 0.05`), divisée par sa moyenne sur les pixels **dans** les cheveux (`hair > 0.5`). Les autres pixels, où il y a tantôt
# des cheveux, tantôt non, ne comptent pas.

# %% nbgrader={"grade": false, "grade_id": "change_ratio", "locked": false, "schema_version": 3, "solution": true, "task": false}
def change_ratio(first, second, hair):
    """Le changement moyen hors des cheveux, divisé par le changement moyen dans les cheveux : un nombre.

    first, second : des images (n, h, w, c), à comparer deux à deux. hair : la part des visages où chaque pixel est
    couvert de cheveux, (h, w).
    """
    ### BEGIN SOLUTION
    change = np.abs(first - second).mean(axis=(0, 3))
    return change[hair < 0.05].mean() / change[hair > 0.5].mean()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_change_ratio", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cgan

cgan.check_change_ratio(globals())
### BEGIN HIDDEN TESTS
cgan.check_change_ratio(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Deux moyennes de la même carte, sur deux ensembles de pixels, et leur quotient.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `np.abs(first - second)` a la forme (n, h, w, c). Sa moyenne sur les axes 0 et 3 est une carte (h, w), comme `hair`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `change[hair < 0.05]` choisit les pixels du dehors, `change[hair > 0.5]` ceux du dedans.
#
# </details>

# %%
print(f"même z, deux étiquettes     : {change_ratio(others, blonds, hair):.2f}")
print(f"deux z, même étiquette      : {change_ratio(blonds, np.roll(blonds, 1, axis=0), hair):.2f}")


# %% [markdown]
# Entre deux $z$ sans rapport, tout change, le fond comme les cheveux. Entre deux étiquettes, le changement du dehors est bien
# inférieur au tiers de celui du dedans. (Avec le budget « essai », rien n'est encore appris : ni ces nombres ni les suivants ne
# veulent rien dire.)
#
# $G$ obéit-il ? Nos yeux sont indulgents ; demandons à un classifieur, entraîné en quelques secondes sur les **vrais** visages et
# leurs vrais attributs. Il ne sait rien du GAN.

# %% tags=["preparation"]
def scaled(images):
    """Des octets de 0 à 255 vers des float32 dans [-1, 1]."""
    return images.astype("float32") / 127.5 - 1


def train_classifier(images, labels, steps):
    """Un petit réseau convolutif, entraîné à dire si un visage a l'étiquette 1 : un logit."""
    x = [layers.Conv2D(16, 5, strides=4, activation="relu"), layers.Conv2D(32, 3, strides=2, activation="relu")]
    classifier = keras.Sequential([keras.Input(images.shape[1:]), *x, layers.Flatten(), layers.Dense(1)])
    classifier.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    pairs = ((scaled(x), y) for x, y in batches(images, labels, 64))
    classifier.fit(pairs, steps_per_epoch=steps, shuffle=False, verbose=0)
    return classifier


def judged(classifier, pictures):
    """L'étiquette, 0 ou 1, que le classifieur donne à chaque image dans [-1, 1]."""
    return (classifier.predict(pictures, verbose=0)[:, 0] > 0).astype(int)


# %%
training.set_seed(0)
classifier = train_classifier(images, labels, steps=training.by_budget(essai=60, cpu=1000, gpu=2000))
right = judged(classifier, scaled(test_images)) == test_labels
print(f"le classifieur, sur de vrais visages qu'il n'a jamais vus : {right.mean():.1%} de réponses justes")
print(f"images demandées « blond », jugées blondes               : {judged(classifier, blonds).mean():.1%}")
print(f"images demandées « pas blond », jugées pas blondes       : {1 - judged(classifier, others).mean():.1%}")

# %% [markdown]
# Sur les visages dessinés par le cours, avec le budget « cpu », $G$ obéit presque toujours. (Une seule graine est montrée ici ;
# `tools/study.py hair` en mesure d'autres.)
#
# L'étiquette n'était jamais que $[1, 0]$ ou $[0, 1]$. Que fait $G$ des codages intermédiaires, qu'il n'a jamais reçus ?

# %%
z, share = noise(4), np.linspace(0, 1, 10, dtype="float32")
codes = tf.tile(tf.stack([1 - share, share], axis=1), [4, 1])
plots.images(
    gan.generator([tf.repeat(z, 10, axis=0), codes], training=False), title="De [1, 0], à gauche, à [0, 1], à droite"
)

# %% [markdown]
# $G$ passe d'une couleur à l'autre par des couleurs intermédiaires : les poids qui lisent l'étiquette ne font que la multiplier et
# l'ajouter au reste.
#
# ### Question 11 (corrigée à la main)
#
# 1. Un camarade tire au hasard les étiquettes des faux, sans regarder celles du lot de vrais, et ne change rien d'autre :
#    `critic_step` note les faux avec leurs étiquettes, et donne à la pénalité les canaux des vrais. Qu'est-ce qui n'a plus de sens
#    dans sa pénalité ? Le critique garde-t-il un moyen de savoir si $G$ obéit ?
# 2. Un autre oublie l'étiquette chez le critique seulement : $G$ la reçoit, le critique ne voit que l'image. Les visages sont
#    beaux. Que vaudront, à peu près, la part des « blond » jugés blonds et celle des « pas blond » jugés pas blonds ? Que deviendra
#    `change_ratio` ?

# %% [markdown] nbgrader={"grade": true, "grade_id": "label_rules", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** 1. Quand les deux étiquettes diffèrent, $\hat x$ est quelque part entre un vrai d'une étiquette et un
# faux d'une autre, et aucune étiquette n'est la sienne : le critique est rendu lisse pour des couples qui ne relient plus les
# deux nuages qu'il compare, et moins là où il le faudrait (1 point). Il peut pourtant encore apprendre l'obéissance, car chaque
# image, vraie ou fausse, reste notée avec sa propre étiquette : c'est la pénalité qui est moins juste, pas la comparaison des
# couples (1 point). 2. Rien n'oblige plus $G$ à tenir compte de l'étiquette : ses images suivent la proportion des vraies, quelle
# que soit la commande. Les lots comptent autant de blonds que d'autres : la moitié environ des « blond » sont jugés blonds, et la
# moitié des « pas blond » pas blonds ; la somme des deux parts est proche de 1. L'étiquette n'a plus d'effet, ou un effet quelconque, sans rapport
# avec les cheveux : le quotient n'est plus petit, et il peut ne rien vouloir dire si les deux images sont presque égales
# (1 point).

# %% [markdown]
# ### Question 12 (corrigée à la main)
#
# Regardez encore vos paires d'images, une par une, et la carte de ce qui change.
#
# 1. Qu'est-ce qui change, en dehors des cheveux ? Donnez un exemple, et une cause possible.
# 2. Dans un extrait de CelebA de 6 128 visages, 95 % des blonds sont des femmes, et 69 % sont très maquillés ; chez les autres,
#    51 % et 33 %. Que fera $G$ quand on lui demandera de passer à « blond » ? Est-ce une erreur de $G$, des données, ou de l'usage
#    que l'on en fait ?

# %% [markdown] nbgrader={"grade": true, "grade_id": "what_else_changes", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** 1. Par exemple les sourcils, dont la couleur suit celle des cheveux ; le bord du visage ou du cou, sur
# lequel tombent les mèches ; le fond, un peu, car les mêmes cartes de $G$ dessinent tout et l'étiquette les atteint toutes, par la
# première couche ; ou la forme de la coiffure. Toute réponse tirée de ses propres images convient (1 point). 2. $G$ apprend la loi
# des couples, avec ses corrélations : passer à « blond » tendra à féminiser et à maquiller le visage. $G$ imite fidèlement ses
# données ; c'est une corrélation de la collecte, et la prendre pour un lien de cause à effet, ou s'en servir sans le dire, est une
# faute d'usage. Pour l'éviter : des étiquettes plus nombreuses (le sexe, le maquillage), ou des données équilibrées (1 point).

# %% [markdown]
# ## 6. Exercice : dix classes
#
# Rien, dans ce code, ne dit « visage » ni « blond ». Fashion-MNIST contient dix sortes de vêtements, en gris, de 28 pixels de
# côté ; s'il n'est pas disponible (dossier partagé, ou téléchargement avec le budget « gpu »), les chiffres le remplacent. La
# cellule suivante ajoute deux pixels noirs de chaque côté, pour arriver à 32, met les canaux en dernier, et revient à des octets.

# %%
pictures = data.clothes()
clothes = ["T-shirt", "pantalon", "pull", "robe", "manteau", "sandale", "chemise", "basket", "sac", "bottine"]
names = clothes if "Fashion" in pictures.source else None
small_images = np.pad(pictures.images.numpy(), ((0, 0), (0, 0), (2, 2), (2, 2)), constant_values=-1)
small_images = ((small_images + 1) * 127.5).round().astype("uint8").transpose(0, 2, 3, 1)
small_labels = pictures.labels.numpy().astype("int32")
print(f"{pictures.source} : {small_images.shape}, étiquettes de {small_labels.min()} à {small_labels.max()}")


# %% [markdown]
# ### Question 13 : adapter
#
# Écrivez `new_small_gan(width, steps)`, qui rend un CGAN neuf pour ces images : 32 pixels de côté, un canal, dix étiquettes ; son
# taux d'apprentissage décroît sur `steps` étapes. Une ligne suffit.

# %% nbgrader={"grade": false, "grade_id": "new_small_gan", "locked": false, "schema_version": 3, "solution": true, "task": false}
def new_small_gan(width, steps):
    """Un CGAN neuf, compilé, pour des images (32, 32, 1) et dix classes, entraîné pendant `steps` étapes."""
    ### BEGIN SOLUTION
    return new_gan(32, 1, 10, width, steps)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_new_small_gan", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cgan

cgan.check_new_small_gan(globals())
### BEGIN HIDDEN TESTS
cgan.check_new_small_gan(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `new_gan` fait tout ; il reste à choisir ses trois premiers arguments.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Relisez la signature de `new_gan` : la taille, les canaux, les classes, puis la largeur et le nombre d'étapes.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `return new_gan(32, 1, …, width, steps)`.
#
# </details>

# %%
training.set_seed(0)
small_steps = training.by_budget(essai=10, cpu=800, gpu=4000)
small_gan = new_small_gan(training.by_budget(essai=4, cpu=16, gpu=64), small_steps)
small_run = training.Run(small_steps, view=False)
small_history = small_gan.fit(
    batches(small_images, small_labels, training.by_budget(essai=20, cpu=40, gpu=80)),
    steps_per_epoch=small_steps,
    callbacks=small_run.callbacks(),
    shuffle=False,
    verbose=0,
)
take_average(small_gan)
grid = same_z(small_gan.generator, noise(10), 10)
plots.class_grid(grid.reshape(-1, 32, 32, 1), np.repeat(np.arange(10), 10), names=names, title="Une ligne par étiquette, une colonne par z")

# %% [markdown]
# D'une ligne à l'autre, l'étiquette change ; d'une colonne à l'autre, $z$. L'entraînement a été court, et quelques cases hésitent
# encore ; mais le même programme, avec d'autres arguments, apprend dix commandes au lieu de deux.
#
# ## 7. Quand on ne veut pas choisir
#
# Vous l'avez mesuré au TP 05, sur les chiffres : à durée égale, un GAN qui reçoit les étiquettes fait de meilleures images que le
# même à qui on les cache (distance de Fréchet de 68 contre 131, 77 contre 153 et 70 contre 169, sur trois graines). Le critique ne
# compare plus une image à toutes les vraies, mais à celles de la même étiquette, bien moins variées ; et $G$ n'a pas à découvrir
# seul qu'il y a plusieurs sortes d'images. Si vous avez des étiquettes, donnez-les, même si vous n'avez rien à choisir.
#
# ## Ce qu'il faut retenir
#
# - Le critique d'un GAN conditionnel note des couples : l'étiquette lui vient en **canaux**, une carte constante par classe.
# - $G$ reçoit l'étiquette à côté de $z$ : 32 + 2 nombres, une image d'un pixel à 34 canaux.
# - Chaque faux a l'étiquette d'un vrai, et l'image intermédiaire de la pénalité aussi : l'étiquette accompagne l'image partout.
# - À $z$ fixé, seul change ce que dit l'étiquette, et ce qui va avec elle dans les données.
# - L'obéissance se mesure, par un classifieur qui ne sait rien du GAN ; l'endroit du changement aussi.
#
# **Le cours jusqu'ici, en quelques lignes** : deux réseaux qui s'opposent, et un équilibre plutôt qu'un minimum (TP 01) ; mesurer,
# car les pertes ne disent rien de la qualité (TP 02 à 04) ; des étiquettes pour choisir (TP 05) ; des convolutions pour les images
# (TP 06 et 07) ; reconnaître les pannes, et essayer leurs remèdes (TP 08) ; une perte qui veut dire quelque chose, la distance de
# Wasserstein, et un critique lisse (TP 09) ; et ici, tout ensemble.
#
# **Pour rendre ce TP** : redémarrez le noyau, exécutez tout du début à la fin, enregistrez, et lancez la validation
# (bouton « Validate » de JupyterLab) : elle rejoue chaque vérification. Puis déposez le fichier `10_cgan_visages.ipynb`, sans
# changer son nom.
#
# ## Pour aller plus loin (facultatif)
#
# 1. **Un autre attribut** : `faces.names` les donne tous. Essayez les lunettes (`"Eyeglasses"`) ou le sourire (`"Smiling"`).
#    Pourquoi est-ce plus difficile que les cheveux ? Regardez combien de pixels sont en jeu.
# 2. **Deux attributs à la fois** : quatre classes, ou deux fois deux canaux. Qu'est-ce qui permet de demander un couple rare ?
# 3. **La pénalité sans étiquette** : donnez-lui des canaux tous nuls. L'obéissance en souffre-t-elle ?
# 4. **De vrais visages** : avec CelebA (`TP_GAN_DATA`), tout s'exécute sans rien changer. Qu'est-ce qui change avec les cheveux ?
#
# Travaillez tout en bas du notebook, dans des cellules **neuves** où vous recopiez le code sous d'autres noms. Ne
# copiez pas les cellules elles-mêmes : la correction prendrait la copie pour votre réponse.
#
# **Références** : I. Goodfellow et al., *Generative adversarial nets*, NeurIPS 2014. M. Mirza et S. Osindero, *Conditional
# generative adversarial nets*, 2014 (arXiv:1411.1784). A. Radford, L. Metz et S. Chintala, *Unsupervised representation learning
# with deep convolutional generative adversarial networks*, ICLR 2016. M. Arjovsky, S. Chintala et L. Bottou, *Wasserstein
# generative adversarial networks*, ICML 2017. I. Gulrajani et al., *Improved training of Wasserstein GANs*, NeurIPS 2017. Z. Liu et
# al., *Deep learning face attributes in the wild*, ICCV 2015 (CelebA).
