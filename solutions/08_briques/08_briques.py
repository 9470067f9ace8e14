# %% [markdown] tags=["badge"]
# [![Ouvrir dans Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/votre_organisation/tp-gan/blob/main/notebooks/08_briques/08_briques.ipynb)

# %% [markdown]
# # TP 08 · Des briques, et un laboratoire de pannes
#
# Un apprenti pâtissier veut imiter un gâteau dont il n'a pas la recette. Chaque soir, il présente ses essais à un jury, mêlés à
# de vrais gâteaux ; le jury note, l'apprenti corrige. Si le jury devient trop fin, il répond « non » à tout, et l'apprenti ne sait plus
# quoi changer. Si le jury s'endort, l'apprenti trouve un gâteau qui passe, et ne sert plus que celui-là. Tout l'art d'entraîner un GAN est
# de garder les deux à peu près de même force.
#
# Dans ce TP, vous écrivez un DCGAN pour des images de 64 × 64 pixels sous la forme d'un modèle Keras, que `fit` entraîne ; puis
# vous le **cassez**, exprès et de plusieurs façons, vous apprenez à reconnaître chaque panne, et vous essayez les remèdes.
#
# **Vous allez**
#
# - lire un dossier d'images sans le charger en entier ;
# - écrire les deux réseaux, et retrouver leurs comptes de paramètres couche par couche ;
# - bruiter les étiquettes, sans les faire sortir de $[0, 1]$ ;
# - écrire `train_step`, avec deux rubans (`GradientTape`), et entraîner par `fit` ;
# - chercher l'image d'entraînement la plus proche d'une image fabriquée ;
# - mesurer la diversité des images et le gradient que reçoit $G$, en tirer un diagnostic, et comparer dix remèdes.
#
# **Prérequis** : les TP 06 et 07.
#
# **Durée** : environ deux heures et demie de travail.

# %% [markdown] tags=["bareme"]
# **Barème** : 21 points vérifiés automatiquement, 6 corrigés à la main.  
# **Temps de calcul** du corrigé entier : 560 s (budget « cpu »), 54 s (budget « essai »), mesurés sur 2 cœurs.

# %% tags=["installation"]
# Sur Colab, installe le paquet du cours ; ailleurs, cette cellule ne fait rien.
import subprocess
import sys

if "google.colab" in sys.modules:
    archive = "https://github.com/votre_organisation/tp-gan/archive/refs/heads/main.zip"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", f"tp-gan @ {archive}"], check=True)

# %% tags=["preparation"]
import tempfile

from tp_gan import data, metrics, plots, training

training.setup(seed=0, framework="tensorflow")

import keras
import numpy as np
import tensorflow as tf
from keras import layers

# %% [markdown]
# ## 1. Les données
#
# Des briques de construction, en gris, 64 × 64. Par défaut, elles sont dessinées par le paquet du cours : une vingtaine de formes, tournées
# et éclairées au hasard. Si le dossier que désigne `TP_GAN_DATA` contient les 40 000 images de 50 briques publiées sur Kaggle,
# ce sont elles qui servent.
#
# Avec un GPU, nous prenons toutes les formes ; sans GPU, deux seulement. Parmi les briques dessinées, ce sont la 1 × 1 et la 2 × 2 :
# un quart de tour les laisse inchangées, il y a donc moins de vues à apprendre, et un petit réseau a le temps, en quelques minutes,
# d'en dessiner les plots. Avec des formes plus longues ou plus nombreuses, il ne va pas aussi loin.

# %%
bricks = data.brick_pictures(training.by_budget(essai=2000, cpu=20_000, gpu=None))
shapes = training.by_budget(essai=range(len(bricks.names)), cpu=[0, 3], gpu=range(len(bricks.names)))
images = bricks.images[np.isin(bricks.labels, shapes)]
print(", ".join(bricks.names[shape] for shape in shapes))
print(images.dtype, images.shape, f"{images.nbytes / 2**20:.0f} Mio en mémoire")
plots.images(images[:40], title="Quarante briques")


# %% [markdown]
# ### Question 1 : lire un dossier
#
# Une base d'images arrive le plus souvent comme un **dossier** de fichiers, parfois trop gros pour la mémoire.
# `keras.utils.image_dataset_from_directory` en fait un `tf.data.Dataset`, qui lit les fichiers au fur et à mesure, prépare
# le lot suivant pendant que le réseau calcule, et rend les images par lots.
#
# Écrivez `read_folder(folder)`, qui rend les images d'un dossier : sans étiquettes, en gris, ramenées à 64 × 64 par interpolation
# bilinéaire, par lots de 128, mélangées avec la graine 42.

# %% nbgrader={"grade": false, "grade_id": "read_folder", "locked": false, "schema_version": 3, "solution": true, "task": false}
def read_folder(folder):
    """Les images d'un dossier : un tf.data.Dataset de lots (128, 64, 64, 1), de valeurs de 0 à 255."""
    ### BEGIN SOLUTION
    return keras.utils.image_dataset_from_directory(
        folder,
        labels=None,
        color_mode="grayscale",
        image_size=(64, 64),
        interpolation="bilinear",
        batch_size=128,
        shuffle=True,
        seed=42,
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_read_folder", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import briques

briques.check_read_folder(globals())
### BEGIN HIDDEN TESTS
briques.check_read_folder(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Tout est dans les arguments d'`image_dataset_from_directory` : lisez sa documentation (`keras.utils.image_dataset_from_directory?`).
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Sans `labels=None`, Keras cherche une classe par sous-dossier, et rend des couples. Sans `color_mode`, il lit trois couleurs.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `image_dataset_from_directory(folder, labels=None, color_mode="grayscale", image_size=(64, 64), interpolation="bilinear", batch_size=128, shuffle=True, seed=42)`.
#
# </details>

# %%
with tempfile.TemporaryDirectory() as folder:
    data.write_pictures(images[:300], f"{folder}/briques")
    for batch in read_folder(f"{folder}/briques"):
        print(batch.shape, batch.dtype.name, f"de {float(tf.reduce_min(batch)):.0f} à {float(tf.reduce_max(batch)):.0f}")


# %% [markdown]
# Le dernier lot est plus petit : 300 n'est pas un multiple de 128. Les valeurs sont des nombres à virgule, mais encore de 0 à 255.
# Pour la suite, nos images tiennent en mémoire, un octet par pixel ; en `float32`, elles en prendraient quatre. On ne
# les convertit donc que lot par lot, en chemin vers les réseaux.
#
# ### Question 2 : mettre à l'échelle
#
# $G$ finit par une tangente hyperbolique : les valeurs de ses pixels vont de -1 à 1 (vous savez depuis le TP 06 pourquoi on la préfère
# à une sigmoïde). Celles des vraies images doivent avoir les mêmes bornes. Écrivez `rescale(images)`, qui ramène des valeurs de 0 à 255,
# entières ou non, à des `float32` de -1 à 1. Elle servira dans un `tf.data.Dataset`, donc sur des tenseurs de TensorFlow.

# %% nbgrader={"grade": false, "grade_id": "rescale", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rescale(images):
    """Des images de valeurs 0 à 255, ramenées à [-1, 1] : un tenseur float32 de même forme."""
    ### BEGIN SOLUTION
    return tf.cast(images, tf.float32) / 127.5 - 1
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_rescale", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import briques

briques.check_rescale(globals())
### BEGIN HIDDEN TESTS
briques.check_rescale(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# 0 doit donner -1, 255 doit donner 1, et 127,5 doit donner 0 : une droite passe par ces trois points.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# TensorFlow ne mélange pas les types : un tenseur `uint8` divisé par `127.5` est une erreur. Convertissez d'abord.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `tf.cast(images, tf.float32)`, divisé par `127.5`, moins 1.
#
# </details>

# %% [markdown]
# ## 2. Les réseaux
#
# ### Question 3 : le discriminateur
#
# De 64 × 64 à une seule note, en cinq convolutions de noyau 4, **toutes sans biais** (`use_bias=False`) :
#
# | couche | canaux | pas | marge | ensuite | taille de sortie |
# |---|---|---|---|---|---|
# | 1 | `width` | 2 | `"same"` | LeakyReLU, Dropout | 32 × 32 |
# | 2 | `2 * width` | 2 | `"same"` | BatchNormalization, LeakyReLU, Dropout | 16 × 16 |
# | 3 | `4 * width` | 2 | `"same"` | BatchNormalization, LeakyReLU, Dropout | 8 × 8 |
# | 4 | `8 * width` | 2 | `"same"` | BatchNormalization, LeakyReLU, Dropout | 4 × 4 |
# | 5 | 1 | 1 | `"valid"` | sigmoïde, puis Flatten | 1 × 1 |
#
# La dernière couche remplace la couche dense : son noyau couvre d'un coup les 4 × 4 pixels qui restent. `LeakyReLU` a
# pour pente `negative_slope=0.2`, `BatchNormalization` pour mémoire `momentum=0.9`, et chaque `Dropout` efface la part `dropout`.

# %% nbgrader={"grade": false, "grade_id": "make_discriminator", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_discriminator(width=64, dropout=0.3):
    """Un nouveau discriminateur : d'images (n, 64, 64, 1) vers (n, 1), des probabilités. width : canaux de la couche 1."""
    ### BEGIN SOLUTION
    network = keras.Sequential([keras.Input((64, 64, 1))])
    for rank, filters in enumerate((width, 2 * width, 4 * width, 8 * width)):
        network.add(layers.Conv2D(filters, 4, strides=2, padding="same", use_bias=False))
        if rank > 0:
            network.add(layers.BatchNormalization(momentum=0.9))
        network.add(layers.LeakyReLU(negative_slope=0.2))
        network.add(layers.Dropout(dropout))
    network.add(layers.Conv2D(1, 4, padding="valid", use_bias=False, activation="sigmoid"))
    network.add(layers.Flatten())
    return network
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_make_discriminator", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import briques

briques.check_make_discriminator(globals())
### BEGIN HIDDEN TESTS
briques.check_make_discriminator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `keras.Sequential([keras.Input((64, 64, 1)), …])`, et le tableau, ligne par ligne. Pas de `BatchNormalization` à la première.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Une ligne du tableau : `layers.Conv2D(2 * width, 4, strides=2, padding="same", use_bias=False)`, puis `layers.BatchNormalization(momentum=0.9)`, `layers.LeakyReLU(negative_slope=0.2)`, `layers.Dropout(dropout)`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# La fin : `layers.Conv2D(1, 4, padding="valid", use_bias=False, activation="sigmoid")`, puis `layers.Flatten()`, qui fait de (n, 1, 1, 1) un (n, 1).
#
# </details>

# %% [markdown]
# ### Question 4 : le générateur
#
# Le chemin inverse, par cinq convolutions transposées de noyau 4, **sans biais** elles aussi. $z$ est d'abord vu comme une image
# d'un seul pixel, à `latent_dim` canaux (`layers.Reshape((1, 1, latent_dim))`). La pente de `LeakyReLU` et la mémoire de
# `BatchNormalization` sont celles de la question 3 :
#
# | couche | canaux | pas | marge | ensuite | taille de sortie |
# |---|---|---|---|---|---|
# | 1 | `8 * width` | 1 | `"valid"` | BatchNormalization, LeakyReLU | 4 × 4 |
# | 2 | `4 * width` | 2 | `"same"` | BatchNormalization, LeakyReLU | 8 × 8 |
# | 3 | `2 * width` | 2 | `"same"` | BatchNormalization, LeakyReLU | 16 × 16 |
# | 4 | `width` | 2 | `"same"` | BatchNormalization, LeakyReLU | 32 × 32 |
# | 5 | 1 | 2 | `"same"` | tanh | 64 × 64 |

# %% nbgrader={"grade": false, "grade_id": "make_generator", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_generator(width=64, latent_dim=100):
    """Un nouveau générateur : de (n, latent_dim) vers n images (n, 64, 64, 1), de valeurs dans [-1, 1]."""
    ### BEGIN SOLUTION
    network = keras.Sequential([keras.Input((latent_dim,)), layers.Reshape((1, 1, latent_dim))])
    for filters, stride, padding in ((8 * width, 1, "valid"), (4 * width, 2, "same"), (2 * width, 2, "same"), (width, 2, "same")):
        network.add(layers.Conv2DTranspose(filters, 4, strides=stride, padding=padding, use_bias=False))
        network.add(layers.BatchNormalization(momentum=0.9))
        network.add(layers.LeakyReLU(negative_slope=0.2))
    network.add(layers.Conv2DTranspose(1, 4, strides=2, padding="same", use_bias=False, activation="tanh"))
    return network
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_make_generator", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import briques

briques.check_make_generator(globals())
### BEGIN HIDDEN TESTS
briques.check_make_generator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `keras.Input((latent_dim,))`, `layers.Reshape((1, 1, latent_dim))`, puis le tableau, ligne par ligne. Pas de Dropout dans $G$.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Avec une marge `"valid"` et un pas de 1, un noyau de 4 fait de 1 pixel une image de 4 × 4 ; avec `"same"`, un pas de 2 double la taille.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# La première : `layers.Conv2DTranspose(8 * width, 4, strides=1, padding="valid", use_bias=False)`. La dernière : `layers.Conv2DTranspose(1, 4, strides=2, padding="same", use_bias=False, activation="tanh")`.
#
# </details>

# %% [markdown]
# Comptons, à pleine largeur. `BatchNormalization` a quatre nombres par canal, dont deux (la moyenne et la variance courantes) ne
# s'apprennent pas par le gradient.

# %%
networks = {"D": (make_discriminator(), (1, 64, 64, 1)), "G": (make_generator(), (1, 100))}
for name, (network, shape) in networks.items():
    network(tf.zeros(shape))  # construit un réseau qui ne le serait pas encore
    print(name, "".join(f"{layer.count_params():>10,}" for layer in network.layers if layer.count_params()).replace(",", " "))
    learnt = sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)
    print(f"  total {network.count_params():,} dont {learnt:,} entraînables".replace(",", " "))

# %% [markdown]
# Ce sont les comptes du chapitre de livre dont ce TP s'inspire (Foster, 2023). Sans GPU, de tels réseaux ne voient que quelques dizaines
# d'images par seconde ; au quart de la largeur, dix fois plus. Les mêmes fonctions fabriquent les uns et les autres.
#
# Pour agrandir, on aurait pu préférer `UpSampling2D` suivi d'une convolution ordinaire, comme au TP 06. Ici, le noyau de 4 est un
# multiple du pas : chaque pixel reçoit autant de contributions que ses voisins, et le damier, présent dans un réseau neuf,
# s'efface vite.

# %% tags=["preparation"]
latent_dim = 100
width = training.by_budget(essai=4, cpu=16, gpu=64)

# %% [markdown]
# ## 3. Des étiquettes bruitées
#
# Pour que $D$ ne devienne pas trop sûr de lui, on lui donne des étiquettes **adoucies** : au lieu de 1 pour une vraie image, un
# nombre au hasard un peu plus petit ; au lieu de 0 pour une fausse, un nombre un peu plus grand. Le sens compte. On trouve des
# programmes où le bruit va vers l'**extérieur** : des étiquettes de 1 à 1,1 et de -0,1 à 0. Or l'entropie croisée
# d'une étiquette $y$ et d'une note $p$,
#
# $$-\,y \log p - (1 - y) \log(1 - p)$$
#
# n'a de minimum, en $p = y$, que si $y$ est une probabilité. Pour $y = 1{,}05$, elle descend sans fin quand $p$ tend vers 1 : on pousse
# $D$ à l'excès de confiance que l'on voulait éviter.

# %%
p = np.linspace(0.001, 0.999, 400)
curves = {f"y = {y:.2f}".replace(".", ","): -y * np.log(p) - (1 - y) * np.log(1 - p) for y in (0.95, 1.0, 1.05)}
plots.curves(p, curves, "p, la note de D", "entropie croisée", "Trois étiquettes pour une vraie image", ylim=(-0.6, 1.5))


# %% [markdown]
# ### Question 5 : bruiter vers l'intérieur
#
# Écrivez `noisy_labels(n, amount)`, qui rend deux tenseurs de forme `(n, 1)` : les étiquettes de `n` vraies images, uniformes entre
# `1 - amount` et 1, et celles de `n` fausses, uniformes entre 0 et `amount`. Chaque étiquette est tirée à part. La fonction sera
# appelée **dans un graphe** de TensorFlow : `n` peut y être un tenseur, et le tirage doit être refait à chaque appel.

# %% nbgrader={"grade": false, "grade_id": "noisy_labels", "locked": false, "schema_version": 3, "solution": true, "task": false}
def noisy_labels(n, amount=0.1):
    """Les étiquettes de n vraies images, dans [1 - amount, 1], et de n fausses, dans [0, amount] : deux tenseurs (n, 1)."""
    ### BEGIN SOLUTION
    real = 1 - amount * tf.random.uniform((n, 1))
    fake = amount * tf.random.uniform((n, 1))
    return real, fake
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_noisy_labels", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import briques

briques.check_noisy_labels(globals())
### BEGIN HIDDEN TESTS
briques.check_noisy_labels(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `tf.random.uniform((n, 1))` tire entre 0 et 1 ; multiplié par `amount`, entre 0 et `amount`.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Pour les vraies, le bruit se **retire** de 1. Il faut deux tirages, un pour chaque sorte d'images.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `1 - amount * tf.random.uniform((n, 1))` et `amount * tf.random.uniform((n, 1))`. Pas de `np.random` : dans un graphe, il ne tirerait qu'une fois pour toutes.
#
# </details>

# %% [markdown]
# ## 4. Un GAN dans une classe
#
# `fit` sait parcourir les données, tenir les mesures à jour, appeler à chaque étape les fonctions qu'on lui confie (des *callbacks*),
# reprendre après une coupure. Ce qu'il ne sait pas deviner, c'est ce qu'un GAN fait d'un lot : deux réseaux, deux pertes opposées, deux
# optimiseurs. On le lui apprend en redéfinissant une seule méthode, `train_step`, qui reçoit un lot et rend un dictionnaire de mesures.
#
# Le reste de la classe est donné. `compile` reçoit deux optimiseurs et prépare quatre mesures, que `metrics` énumère pour que Keras
# les remette à zéro à chaque époque : les deux pertes, et la part des vraies et des fausses images que $D$ classe bien.
#
# ### Question 6 : `train_step`
#
# 1. Tirez un $z$ normal pour chaque image du lot, et des étiquettes par `noisy_labels` (le dernier lot peut être plus petit : lisez
#    la taille dans le lot).
# 2. Sous deux rubans (`tf.GradientTape`), calculez, en mode entraînement, les fausses images, les notes de $D$ sur les vraies et sur
#    les fausses, et les deux pertes. Celle de $D$ est la **moitié** de la somme de ses deux entropies croisées, avec les étiquettes
#    bruitées : elle est ainsi à l'échelle de celle de $G$. Celle de $G$ est l'entropie croisée des notes des fausses avec des
#    **1 exactement**.
# 3. Chaque ruban donne le gradient de **sa** perte par rapport aux poids de **son** réseau, et chaque optimiseur applique le sien. C'est
#    ce qui fige $D$ pendant que $G$ apprend : le gradient traverse $D$, mais n'y modifie rien. (Si les poids de $D$ bougeaient aussi, la
#    façon la plus simple de faire baisser la perte de $G$ serait de rendre $D$ mauvais.)
# 4. Mettez à jour les quatre mesures (`update_state`), celles de $D$ avec des étiquettes **exactes**, car `BinaryAccuracy` compte
#    les notes qui, arrondies à 0 ou 1, sont égales à l'étiquette ; puis rendez `self.get_metrics_result()`.

# %% nbgrader={"grade": false, "grade_id": "DCGAN", "locked": false, "schema_version": 3, "solution": true, "task": false}
class DCGAN(keras.Model):
    """Un GAN que `fit` entraîne. discriminator rend des probabilités (n, 1) ; generator prend des z (n, latent_dim)."""

    def __init__(self, discriminator, generator, latent_dim):
        super().__init__()
        self.discriminator, self.generator, self.latent_dim = discriminator, generator, latent_dim

    def compile(self, d_optimizer, g_optimizer):
        super().compile()
        self.d_optimizer, self.g_optimizer = d_optimizer, g_optimizer
        self.bce = keras.losses.BinaryCrossentropy()
        self.d_loss_metric = keras.metrics.Mean(name="d_loss")
        self.g_loss_metric = keras.metrics.Mean(name="g_loss")
        self.real_accuracy = keras.metrics.BinaryAccuracy(name="real_accuracy")
        self.fake_accuracy = keras.metrics.BinaryAccuracy(name="fake_accuracy")

    @property
    def metrics(self):
        return [self.d_loss_metric, self.g_loss_metric, self.real_accuracy, self.fake_accuracy]

    def train_step(self, real):
        """Un pas de D et un pas de G sur un lot de vraies images (n, 64, 64, 1) ; rend les quatre mesures."""
        ### BEGIN SOLUTION
        n = tf.shape(real)[0]
        z = tf.random.normal((n, self.latent_dim))
        real_labels, fake_labels = noisy_labels(n)
        with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:
            fake = self.generator(z, training=True)
            on_real = self.discriminator(real, training=True)
            on_fake = self.discriminator(fake, training=True)
            d_loss = (self.bce(real_labels, on_real) + self.bce(fake_labels, on_fake)) / 2
            g_loss = self.bce(tf.ones_like(on_fake), on_fake)

        d_weights, g_weights = self.discriminator.trainable_variables, self.generator.trainable_variables
        d_gradients, g_gradients = d_tape.gradient(d_loss, d_weights), g_tape.gradient(g_loss, g_weights)
        self.d_optimizer.apply_gradients(zip(d_gradients, d_weights, strict=True))
        self.g_optimizer.apply_gradients(zip(g_gradients, g_weights, strict=True))

        self.d_loss_metric.update_state(d_loss)
        self.g_loss_metric.update_state(g_loss)
        self.real_accuracy.update_state(tf.ones_like(on_real), on_real)
        self.fake_accuracy.update_state(tf.zeros_like(on_fake), on_fake)
        return self.get_metrics_result()
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_DCGAN", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import briques

briques.check_DCGAN(globals())
### BEGIN HIDDEN TESTS
briques.check_DCGAN(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Deux rubans à la fois : `with tf.GradientTape() as d_tape, tf.GradientTape() as g_tape:`. Tout ce dont on veut le gradient se calcule sous eux, dans ce bloc.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `self.bce(étiquettes, notes)`, dans cet ordre. `d_tape.gradient(d_loss, self.discriminator.trainable_variables)`, et de même pour $G$.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `self.d_optimizer.apply_gradients(zip(d_gradients, d_weights))` ; `self.real_accuracy.update_state(tf.ones_like(on_real), on_real)` ; `return self.get_metrics_result()`.
#
# </details>

# %% [markdown]
# ### L'entraînement
#
# Dans le chapitre d'origine, $G$ et $D$ apprennent pendant 300 époques, à pleine largeur, avec Adam, un taux de 0,0002,
# `beta_1 = 0.5` et `beta_2 = 0.999`. Nous gardons ces réglages sur un GPU. Sur un processeur, l'entraînement est bien plus court, les
# réseaux quatre fois plus étroits : on part d'un taux dix fois plus grand, les lots ne comptent que 16 images, et $D$ se passe de
# Dropout (effacer trois valeurs sur dix, quand une couche n'a que 16 canaux, lui cache les détails que $G$ doit apprendre). À la
# place, l'**augmentation** du TP 06 : devant $D$, `RandomTranslation` décale chaque image, vraie ou fausse, de 4 pixels au plus dans
# chaque sens : avec deux mille vraies images seulement, $D$ pourrait les apprendre une à une. Sur GPU comme sur processeur, le taux
# descend peu à peu, et les images s'affinent à la fin au lieu de continuer à changer. `use_ema` garde en outre une **moyenne
# glissante** des poids de $G$, à peu près celle des cent derniers pas : c'est elle que l'on prend à la fin, car elle efface les
# va-et-vient d'un pas à l'autre.
#
# Avant de commencer, donnons-nous une mesure de ce que $G$ sait dessiner. Comparer des images pixel par pixel a peu de sens : on les
# réduit de moitié, on les résume par leurs 32 premières **composantes principales**, et l'on mesure la distance d'énergie du
# TP 02 entre les résumés des images fabriquées et ceux des vraies. La **couverture** dit, elle, ce qui manque : les $k$-moyennes
# rangent les vraies images en vingt groupes, et l'on compte ceux où tombe au moins une image fabriquée sur cent.

# %%
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA


def to_bytes(pictures):
    """L'inverse de rescale : des images de [-1, 1] vers des octets de 0 à 255."""
    return np.rint((np.asarray(pictures) + 1) * 127.5).astype(np.uint8)


def halved(pictures):
    """Des images d'octets deux fois plus petites : chaque pixel est la moyenne de quatre."""
    n, height, width, _ = pictures.shape
    return np.rint(pictures.reshape(n, height // 2, 2, width // 2, 2, 1).mean(axis=(2, 4))).astype(np.uint8)


def summarise(small):
    return summary.transform(small.reshape(len(small), -1) / 127.5 - 1)


order = np.random.default_rng(0).permutation(len(images))
others, kept = halved(images[order[:300]]), halved(images[order[300:1300]])
summary = PCA(32, random_state=0).fit(kept.reshape(len(kept), -1) / 127.5 - 1)
landmarks = summarise(kept)
groups = KMeans(20, n_init=1, random_state=0).fit(landmarks)


def distance(small):
    """La distance d'énergie entre ces images (octets, 32 x 32) et les vraies : plus elle est petite, mieux c'est."""
    return metrics.energy_distance(summarise(small), landmarks)


def coverage(small):
    """La part des vingt groupes de vraies images où tombe au moins une de ces images sur cent."""
    return float((np.bincount(groups.predict(summarise(small)), minlength=20) >= len(small) / 100).mean())


for title, some in ("300 autres vraies images", others), ("300 fois la même", others[:1].repeat(300, axis=0)):
    print(f"{title:24} : distance {distance(some):5.2f}, couverture {coverage(some):4.0%}")

# %% [markdown]
# Même de vraies images ne sont pas à une distance nulle, parce qu'elles ne sont que trois cents : ce premier nombre est le plancher.

# %%
batch_size = training.by_budget(essai=16, cpu=16, gpu=128)
epochs, per_epoch = training.by_budget(essai=(3, 10), cpu=(36, 300), gpu=(300, len(images) // 128))
highest_rate = training.by_budget(essai=2e-3, cpu=2e-3, gpu=2e-4)
dropout = training.by_budget(essai=0.0, cpu=0.0, gpu=0.3)
shift = training.by_budget(essai=4 / 64, cpu=4 / 64, gpu=0.0)  # en part de la largeur


def adam(**options):
    """Un optimiseur dont le taux descend, en cosinus, jusqu'au vingtième de sa valeur."""
    rate = keras.optimizers.schedules.CosineDecay(highest_rate, epochs * per_epoch, alpha=0.05)
    return keras.optimizers.Adam(rate, beta_1=0.5, beta_2=0.999, **options)


training.set_seed(0)
moved = layers.RandomTranslation(shift, shift, fill_mode="nearest")  # ne décale qu'en mode entraînement
discriminator = keras.Sequential([keras.Input((64, 64, 1)), moved, make_discriminator(width, dropout)])
dcgan = DCGAN(discriminator, make_generator(width, latent_dim), latent_dim)
dcgan.compile(d_optimizer=adam(), g_optimizer=adam(use_ema=True, ema_momentum=0.99))
dataset = tf.data.Dataset.from_tensor_slices(images).shuffle(len(images)).repeat().batch(batch_size).map(rescale)

fixed_noise = tf.random.normal((64, latent_dim))
measured_noise = tf.random.normal((300, latent_dim))


def make(z):
    """Les images que G fabrique, en mode évaluation, en octets."""
    return to_bytes(dcgan.generator(z, training=False))


run = training.Run(
    epochs * per_epoch,
    sample=lambda: dcgan.generator(fixed_noise, training=False),
    real=rescale(images[:64]),
    measure=lambda: {"distance": distance(halved(make(measured_noise)))},
)
_ = dcgan.fit(dataset, epochs=epochs, steps_per_epoch=per_epoch, callbacks=run.callbacks("08_briques"), shuffle=False, verbose=0)
dcgan.g_optimizer.finalize_variable_values(dcgan.generator.trainable_variables)  # les poids deviennent leur moyenne

# %%
plots.animation(run.snapshots, rescale(images[:64]), title="Seize z, toujours les mêmes")

# %% [markdown]
# ## 5. Lire un entraînement
#
# Keras rend, à chaque lot, la moyenne depuis le début de l'époque : la dernière valeur d'une époque est donc la moyenne de
# toute l'époque.

# %%
history = {name: values[per_epoch - 1 :: per_epoch] for name, values in run.history.items()}
passed = np.arange(1, len(history["d_loss"]) + 1)
plots.curves(
    passed,
    {"perte de D": history["d_loss"], "perte de G": history["g_loss"]},
    "époque",
    "perte",
    "Les deux pertes, par époque",
)

# %%
plots.curves(
    passed,
    {"vraies images": history["real_accuracy"], "fausses images": history["fake_accuracy"]},
    "époque",
    "part bien classée par D",
    "Ce que D reconnaît, par époque",
    ylim=(0, 1.02),
)

# %%
steps, measured = zip(*run.measured["distance"], strict=True)
losses = [np.mean(run.history["g_loss"][max(0, step - per_epoch) : step]) for step in steps]
plots.curves(
    steps,
    {"perte de G": losses, "distance aux vraies images": measured},
    "étape",
    "perte, ou distance",
    "La perte de G et la distance, mesurées aux mêmes étapes",
)

# %% [markdown]
# ### Question 7 (corrigée à la main)
#
# 1. Sur ces courbes, lequel des deux réseaux prend l'avantage, et à quoi le voyez-vous ?
# 2. Entre la première mesure et la dernière, la perte de $G$ et la distance vont-elles dans le même sens ? Pourquoi la perte de $G$
#    ne peut-elle pas servir à dire si ses images sont bonnes, ni à choisir entre deux générateurs ?
# 3. À l'équilibre, que vaudraient les deux parts bien classées, et les deux pertes (celle de $D$ est une **demi**-somme) ?

# %% [markdown] nbgrader={"grade": true, "grade_id": "reading_curves", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** $D$ prend l'avantage : les deux parts bien classées montent bien au-dessus de 1/2, sa perte descend sous
# $\log 2 \approx 0{,}69$, celle de $G$ monte au-dessus (1 point). La perte de $G$ augmente, puis reste haute, alors que ses images
# s'améliorent (l'animation le montre) : elle semble dire le contraire. La distance, elle, ne la suit pas. C'est que la perte de $G$ est
# mesurée par $D$, qui progresse en même temps ; l'étalon change à chaque lot. Une perte basse peut venir d'un bon $G$ comme d'un $D$
# médiocre, et deux générateurs ne se comparent pas par des pertes que deux $D$ différents ont mesurées (1 point). À l'équilibre, $D$ rend 1/2 partout :
# il ne fait pas mieux que le hasard, soit une moitié de bien classées (les notes étant à la limite de 1/2), et les deux
# pertes valent $\log 2 \approx 0{,}69$. Ce n'est pas une perte nulle (1 point).

# %%
training.set_seed(1)
generated = make(tf.random.normal((300, latent_dim)))
plots.images(generated[:40], title="Quarante briques fabriquées par G, non choisies")


# %% [markdown]
# Des briques posées sur leur ombre, les petites avec un plot, les grandes avec quatre, et des arêtes que l'on suit du regard ; mais
# des formes un peu tordues, un plot de trop ou de moins, et des fonds souvent trop clairs. Au quart de la largeur et en quelques
# minutes, $G$ n'en apprend pas davantage : pour toutes les formes, il faut les réseaux à pleine largeur et les 300 époques du chapitre
# d'origine, donc un GPU.
#
# ### Question 8 : G copie-t-il ?
#
# Pour chaque brique fabriquée, cherchons la vraie qui lui ressemble le plus, au sens de la différence absolue moyenne entre pixels
# (la distance L1, divisée par le nombre de pixels).
#
# Écrivez `nearest(picture, images)` : le rang, dans `images`, de l'image la plus proche de `picture`, et sa distance (un nombre, en
# niveaux de gris). Toutes les images sont en octets (`uint8`), et il y en a beaucoup : gardez-vous des soustractions d'octets, où 3 - 5
# vaut 254, et des conversions de toute la base en `float64`, huit fois plus grosse.

# %% nbgrader={"grade": false, "grade_id": "nearest", "locked": false, "schema_version": 3, "solution": true, "task": false}
def nearest(picture, images):
    """Le rang de l'image la plus proche de picture (64, 64, 1) parmi images (n, 64, 64, 1), et leur distance L1 moyenne."""
    ### BEGIN SOLUTION
    gaps = np.maximum(images, picture) - np.minimum(images, picture)  # des octets, sans débordement
    distances = gaps.mean(axis=(1, 2, 3))
    rank = int(distances.argmin())
    return rank, float(distances[rank])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_nearest", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import briques

briques.check_nearest(globals())
### BEGIN HIDDEN TESTS
briques.check_nearest(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `images` et `picture` se soustraient sans boucle : NumPy répète `picture` autant de fois qu'il faut. Reste une moyenne par image, sur trois axes.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Le plus grand moins le plus petit : `np.maximum(a, b) - np.minimum(a, b)` est la différence absolue, et reste dans les octets. `astype(np.int16)` convient aussi.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `distances = gaps.mean(axis=(1, 2, 3))`, puis `argmin()` : c'est le rang ; la distance est `distances[rang]`.
#
# </details>

# %%
found = [nearest(picture, images) for picture in generated[:10]]
copies = images[[rank for rank, _ in found]]
plots.image_pairs(
    generated[:10], copies, distances=[distance for _, distance in found], title="Dix briques fabriquées, et la vraie la plus proche"
)

# %%
rng = np.random.default_rng(0)
probed = rng.choice(len(images), 20, replace=False)
real_gaps = [nearest(images[i], np.delete(images, i, axis=0))[1] for i in probed]
made_gaps = [nearest(picture, images)[1] for picture in generated[:20]]
print(f"distance médiane à la plus proche vraie image : {np.median(made_gaps):.1f} pour les fabriquées")
print(f"{np.median(real_gaps):.1f} d'une vraie à la plus proche des autres ; une copie donnerait 0")


# %% [markdown]
# Une copie serait à distance 0. Une image de $G$ est au moins aussi loin des vraies qu'une vraie image l'est des autres : $G$ n'a
# pas appris d'image par cœur. Cela ne dit pas que ses images soient bonnes : du bruit non plus n'est pas une copie.
#
# ## 6. Le laboratoire de pannes
#
# Toutes les pannes ne se voient pas sur les courbes. Nous allons les provoquer, sur de petits réseaux que l'on entraîne en quelques
# secondes. Il faut d'abord de quoi prendre la température d'un GAN.
#
# ### Question 9 : la diversité
#
# Écrivez `diversity(images)` : la différence absolue moyenne entre deux images **différentes** du lot (de rangs différents),
# moyennée sur tous les couples et sur les pixels. Des images toutes identiques donnent 0. (Le laboratoire l'emploiera aussi sur des images
# de 32 × 32.)

# %% nbgrader={"grade": false, "grade_id": "diversity", "locked": false, "schema_version": 3, "solution": true, "task": false}
def diversity(images):
    """La différence absolue moyenne entre deux images différentes du lot, des octets (n, 64, 64, 1) : un nombre."""
    ### BEGIN SOLUTION
    flat = images.reshape(len(images), -1).astype(np.float32)
    total = sum(np.abs(flat[i] - flat[i + 1 :]).mean(axis=1).sum() for i in range(len(flat) - 1))
    return float(total / (len(flat) * (len(flat) - 1) / 2))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_diversity", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import briques

briques.check_diversity(globals())
### BEGIN HIDDEN TESTS
briques.check_diversity(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# De `n` images, on fait `n * (n - 1) / 2` couples. Une image et elle-même n'en font pas un.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Une boucle sur `i` : les différences entre l'image `i` et toutes les suivantes, `images[i + 1:]`, en nombres à virgule ou en `int16`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Aplaties et converties : `np.abs(flat[i] - flat[i + 1:]).mean(axis=1).sum()`, additionnés pour tous les `i`, divisés par le nombre de couples.
#
# </details>

# %% [markdown]
# ### Question 10 : le gradient que reçoit G
#
# Écrivez `gradient_norm(generator, discriminator, z)` : la norme L2 du gradient de la perte de $G$, celle de `train_step`, par
# rapport à **tous** les poids entraînables de $G$ pris ensemble, en mode entraînement. Rendez un simple nombre ; aucun poids ne bouge.

# %% nbgrader={"grade": false, "grade_id": "gradient_norm", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradient_norm(generator, discriminator, z):
    """La norme du gradient de la perte de G par rapport à ses poids, sur les bruits z (n, latent_dim) : un nombre."""
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        on_fake = discriminator(generator(z, training=True), training=True)
        loss = keras.losses.BinaryCrossentropy()(tf.ones_like(on_fake), on_fake)
    return float(tf.linalg.global_norm(tape.gradient(loss, generator.trainable_variables)))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_gradient_norm", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import briques

briques.check_gradient_norm(globals())
### BEGIN HIDDEN TESTS
briques.check_gradient_norm(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# La perte de $G$ se calcule sous un ruban (`tf.GradientTape`), comme dans `train_step` ; il donne une liste de gradients, un par poids.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# La norme de l'ensemble est la racine de la somme de **tous** les carrés, et non la somme des normes.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `tf.linalg.global_norm(liste)` la calcule ; `float(…)` en fait un nombre.
#
# </details>

# %% [markdown]
# ### Question 11 : le diagnostic
#
# Écrivez `diagnose(real_accuracy, fake_accuracy, diversity)`, qui rend un texte. La diversité y est relative : 1 est celle des vraies
# images.
#
# - `"effondrement"`, si la diversité est inférieure à 0,6 ;
# - sinon `"D domine"`, si $D$ classe bien **plus de 90 %** des vraies **et** des fausses images ;
# - sinon `"rien à signaler"`.
#
# L'ordre compte : un $G$ effondré est souvent facile à démasquer, mais c'est de son effondrement qu'il faut le soigner.

# %% nbgrader={"grade": false, "grade_id": "diagnose", "locked": false, "schema_version": 3, "solution": true, "task": false}
def diagnose(real_accuracy, fake_accuracy, diversity):
    """« effondrement », « D domine » ou « rien à signaler », selon ce que classe D et la diversité relative de G."""
    ### BEGIN SOLUTION
    if diversity < 0.6:
        return "effondrement"
    if min(real_accuracy, fake_accuracy) > 0.9:
        return "D domine"
    return "rien à signaler"
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_diagnose", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import briques

briques.check_diagnose(globals())
### BEGIN HIDDEN TESTS
briques.check_diagnose(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Trois cas dans l'ordre du texte : `if`, `if`, et ce qui reste.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# « Des vraies **et** des fausses » : c'est la plus petite des deux parts qui doit dépasser 0,9.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `if diversity < 0.6: return "effondrement"`, puis `if min(real_accuracy, fake_accuracy) > 0.9: return "D domine"`.
#
# </details>

# %% [markdown]
# ### L'appareil
#
# `experiment` entraîne, à partir de rien, deux petits réseaux sur des briques de 32 × 32, et les examine. Ils ressemblent aux vôtres,
# avec une couche de moins et sans `BatchNormalization`, qui amortirait les pannes que l'on veut voir. À chaque tour, $D$ apprend
# sur `d_batches` lots pendant que $G$ est figé, puis $G$ sur `g_batches` lots pendant que $D$ est figé. On peut changer tous les
# réglages ; `flipped` est la part des étiquettes **échangées** entre une vraie et une fausse image. Quand l'un des deux apprend
# sur plusieurs lots par tour, il y a moins de tours : toutes les expériences coûtent à peu près autant de calcul.
#
# Chaque expérience s'écrit en une ligne : les parts des vraies et des fausses images que $D$ classe bien, la norme du gradient que
# reçoit $G$, la diversité relative, la couverture et la distance aux vraies images, la perte de $G$, et le diagnostic.

# %%
total = training.by_budget(essai=4, cpu=600, gpu=2000)  # lots vus par les deux réseaux ensemble
usual = {
    "d_batches": 1,
    "g_batches": 1,
    "d_rate": 1e-3,
    "g_rate": 1e-3,
    "beta_1": 0.5,
    "batch_size": 32,
    "dropout": 0.1,
    "filters": training.by_budget(essai=4, cpu=12, gpu=12),
    "amount": 0.1,
    "flipped": 0.0,
    "seed": 0,
}
small_images = halved(images)
real_diversity = diversity(small_images[:100])
laboratory = {}


def small_discriminator(filters, dropout):
    """De (n, 32, 32, 1) vers (n, 1)."""
    network = keras.Sequential([keras.Input((32, 32, 1))])
    for k in (1, 2, 4):
        network.add(layers.Conv2D(k * filters, 4, strides=2, padding="same"))
        network.add(layers.LeakyReLU(negative_slope=0.2))
        network.add(layers.Dropout(dropout))
    network.add(layers.Conv2D(1, 4, activation="sigmoid"))
    network.add(layers.Flatten())
    return network


def small_generator(filters, latent_dim):
    """De (n, latent_dim) vers (n, 32, 32, 1)."""
    network = keras.Sequential([keras.Input((latent_dim,)), layers.Reshape((1, 1, latent_dim))])
    network.add(layers.Conv2DTranspose(4 * filters, 4))
    for k in (2, 1):
        network.add(layers.LeakyReLU(negative_slope=0.2))
        network.add(layers.Conv2DTranspose(k * filters, 4, strides=2, padding="same"))
    network.add(layers.LeakyReLU(negative_slope=0.2))
    network.add(layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="tanh"))
    return network


def experiment(name, **changes):
    """Entraîne et examine deux petits réseaux, range le résultat dans laboratory[name], et l'écrit en une ligne."""
    s = {**usual, **changes}
    training.set_seed(s["seed"])
    rng, n, bce = np.random.default_rng(s["seed"]), s["batch_size"], keras.losses.BinaryCrossentropy()
    d, g = small_discriminator(s["filters"], s["dropout"]), small_generator(usual["filters"], 32)
    d_optimizer = keras.optimizers.Adam(s["d_rate"], beta_1=s["beta_1"])
    g_optimizer = keras.optimizers.Adam(s["g_rate"], beta_1=s["beta_1"])

    @tf.function
    def d_step(real):
        fake = g(tf.random.normal((n, 32)), training=True)
        real_labels, fake_labels = noisy_labels(n, s["amount"])
        flipped = tf.random.uniform((n, 1)) < s["flipped"]
        real_labels, fake_labels = tf.where(flipped, fake_labels, real_labels), tf.where(flipped, real_labels, fake_labels)
        with tf.GradientTape() as tape:
            on_real, on_fake = d(real, training=True), d(fake, training=True)
            loss = (bce(real_labels, on_real) + bce(fake_labels, on_fake)) / 2
        d_optimizer.apply(tape.gradient(loss, d.trainable_variables), d.trainable_variables)
        return tf.reduce_mean(tf.cast(on_real > 0.5, tf.float32)), tf.reduce_mean(tf.cast(on_fake < 0.5, tf.float32))

    @tf.function
    def g_step():
        with tf.GradientTape() as tape:
            on_fake = d(g(tf.random.normal((n, 32)), training=True), training=True)
            loss = bce(tf.ones_like(on_fake), on_fake)
        g_optimizer.apply(tape.gradient(loss, g.trainable_variables), g.trainable_variables)
        return loss

    judged, g_losses = [], []
    for _ in range(max(1, total // (s["d_batches"] + s["g_batches"]))):
        for _ in range(s["d_batches"]):
            judged.append(d_step(rescale(small_images[rng.integers(len(small_images), size=n)])))
        for _ in range(s["g_batches"]):
            g_losses.append(g_step())

    made = to_bytes(g(tf.random.normal((300, 32)), training=False))
    real_accuracy, fake_accuracy = np.mean(judged[-(len(judged) // 4 + 1) :], axis=0)
    laboratory[name] = {
        "real_accuracy": float(real_accuracy),
        "fake_accuracy": float(fake_accuracy),
        "gradient": gradient_norm(g, d, tf.random.normal((64, 32))),
        "diversity": diversity(made[:100]) / real_diversity,
        "coverage": coverage(made),
        "distance": distance(made),
        "g_loss": float(np.mean(g_losses[-(len(g_losses) // 4 + 1) :])),
        "pictures": made[:10],
    }
    tell(name)


def tell(name):
    """Une ligne du cahier de laboratoire."""
    r = laboratory[name]
    verdict = diagnose(r["real_accuracy"], r["fake_accuracy"], r["diversity"])
    print(
        f"{name:27} | {r['real_accuracy']:4.0%} et {r['fake_accuracy']:4.0%} | {r['gradient']:7.2f} "
        f"| {r['diversity']:4.2f} | {r['coverage']:5.0%} | {r['distance']:5.2f} | {r['g_loss']:5.2f} | {verdict}"
    )


def header():
    print(f"{'expérience':27} | D : v. et f. | gradient | div. | couv. | dist. |   G   | diagnostic")


# %% [markdown]
# Une expérience par bouton, si votre Jupyter sait les montrer ; dans tous les cas, les cellules qui suivent font les mêmes expériences.

# %%
dominating_d = {"d_batches": 5, "dropout": 0.0, "amount": 0.0}
dominating_g = {"g_batches": 7}
failures = {
    "sain": {},
    "D domine": dominating_d,
    "G domine": dominating_g,
    "taux vingt fois plus grands": {"d_rate": 2e-2, "g_rate": 2e-2},
    "taux vingt fois plus petits": {"d_rate": 5e-5, "g_rate": 5e-5},
    "beta_1 = 0,95": {"beta_1": 0.95},
}


def provoke(name):
    return lambda: (header(), experiment(name, **failures[name]))


plots.buttons({name: provoke(name) for name in failures}, "Provoquer une panne :")


# %%
def try_all(experiments, base=None):
    """Une expérience après l'autre (les trois premières seulement, dans le budget « essai ») ; rend leurs noms."""
    names = list(experiments)[: training.by_budget(essai=3, cpu=None, gpu=None)]
    for name in names:
        experiment(name, **{**(base or {}), **experiments[name]})
    return names


def show(names, title):
    """Dix images de chaque expérience, une ligne par expérience."""
    pictures = np.concatenate([laboratory[name]["pictures"] for name in names])
    return plots.class_grid(pictures, np.repeat(np.arange(len(names)), 10), names=names, title=title)


header()
names = try_all(failures)

# %%
show(names, "Ce que dessine G, après chaque mauvais traitement")

# %% [markdown]
# Trois cents lots ne font pas de belles briques ; ce sont les différences entre les lignes qui comptent.
#
# - **G domine** est la ligne la plus trompeuse : la perte de $G$ y est voisine de $\log 2 \approx 0{,}69$, sa valeur à l'équilibre, et
#   le gradient presque nul. On pourrait croire l'entraînement terminé. Or $D$, dépassé, ne distingue plus rien, et toutes les images sont
#   à peu près la même.
# - Aux **petits taux**, le diagnostic dit « effondrement » parce que la diversité est basse ; mais $G$ n'a simplement pas encore
#   commencé. Un instrument se lit en tenant compte de l'âge du patient.
# - Aux **grands taux**, le gradient est nul et la perte de $G$ voisine de 16, ce qu'aucune règle de `diagnose` ne prévoit : $D$
#   répond 0 à tout. Keras borne les notes à $10^{-7}$ près, $-\log 10^{-7} \approx 16{,}1$, et là où elle est bornée, une note n'a plus de
#   gradient : plus personne n'apprend. La diversité, au double de celle des vraies, n'en dit rien ; la couverture, si : toutes ces
#   images tombent dans le même groupe.
#
# Une table obtenue sur une autre machine, avec les mêmes graines, peut différer de celle du corrigé : les arrondis dépendent du nombre
# de processeurs, et un entraînement aussi instable les amplifie.
#
# ### Cinq remèdes quand D domine
#
# Plus de dropout, un taux plus petit pour $D$, moins de filtres, des étiquettes plus bruitées, des étiquettes échangées de temps en
# temps. Chacun est essayé seul, sans rien changer d'autre aux réglages de la panne.

# %%
weaker_d = {
    "dropout 0,5": {"dropout": 0.5},
    "taux de D ÷ 10": {"d_rate": usual["d_rate"] / 10},
    "filtres de D ÷ 2": {"filters": usual["filters"] // 2},
    "bruit de 0,3": {"amount": 0.3},
    "10 % échangées": {"flipped": 0.1},
}
header()
tell("D domine")
names = ["D domine", *try_all(weaker_d, dominating_d)]

# %%
show(names, "D domine, puis chaque remède")

# %%
plots.bars(
    [min(laboratory[name]["real_accuracy"], laboratory[name]["fake_accuracy"]) for name in names],
    names,
    "part bien classée par D (la plus petite)",
    "D domine : ce que fait chaque remède",
    baseline=(0.9, "seuil du diagnostic"),
    xlabel="remède",
)

# %% [markdown]
# ### Cinq remèdes quand G domine
#
# Les remèdes contraires (moins de dropout, un taux plus grand pour $D$, plus de filtres), et deux autres : baisser les deux taux,
# prendre de plus gros lots.

# %%
stronger_d = {
    "dropout 0": {"dropout": 0.0},
    "taux de D × 4": {"d_rate": 4 * usual["d_rate"]},
    "filtres de D × 2": {"filters": 2 * usual["filters"]},
    "deux taux ÷ 5": {"d_rate": usual["d_rate"] / 5, "g_rate": usual["g_rate"] / 5},
    "lots × 3": {"batch_size": 3 * usual["batch_size"]},
}
header()
tell("G domine")
names = ["G domine", *try_all(stronger_d, dominating_g)]

# %%
show(names, "G domine, puis chaque remède")

# %%
plots.bars(
    [laboratory[name]["diversity"] for name in names],
    names,
    "diversité (1 : celle des vraies)",
    "G domine : ce que fait chaque remède",
    baseline=(0.6, "seuil du diagnostic"),
    xlabel="remède",
)

# %% [markdown]
# ### La perte qui ne dit rien
#
# Rangeons toutes les expériences par perte de $G$ croissante. Si cette perte mesurait la qualité, la distance aux vraies images
# croîtrait de haut en bas, et la corrélation des rangs (de Spearman) serait de 1.

# %%
from scipy.stats import spearmanr

by_loss = sorted(laboratory, key=lambda name: laboratory[name]["g_loss"])
for name in by_loss:
    print(f"perte de G {laboratory[name]['g_loss']:5.2f}   distance {laboratory[name]['distance']:5.2f}   {name}")
pairs = [(laboratory[name]["g_loss"], laboratory[name]["distance"]) for name in by_loss]
print(f"corrélation des rangs : {spearmanr(pairs).statistic:.2f}")

# %% [markdown]
# ### Question 12 (corrigée à la main)
#
# 1. Pour chacune des deux grandes pannes, « D domine » et « G domine », dites quels instruments de la table la révèlent, et lesquels n'en
#    disent rien.
# 2. Quels remèdes, ici, ont ramené leur mesure du bon côté du seuil ? Lesquels n'ont presque rien changé ? Un remède qui ramène la
#    **mesure** rapproche-t-il toujours les images des vraies ?
# 3. Chaque ligne vient d'une seule graine et d'un entraînement très court. Que faudrait-il faire avant d'écrire qu'un remède est
#    meilleur qu'un autre ?

# %% [markdown] nbgrader={"grade": true, "grade_id": "remedies", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** Quand $D$ domine, ce sont ses deux parts bien classées, proches de 1, et la perte de $G$, très haute ;
# la diversité, elle, peut rester celle des vraies images. Quand $G$ s'effondre, ce sont la diversité, la couverture et la distance ; la
# perte de $G$, elle, est basse, et semble dire que tout va bien (1 point). Réponse selon la table ; dans celle du corrigé, contre $D$, le
# taux divisé par 10 fait le plus, puis le dropout ; plus de bruit et des étiquettes échangées ne changent presque rien à ses parts
# bien classées. Contre l'effondrement, un plus grand taux pour $D$ et plus de filtres rendent le plus de diversité, les autres
# remèdes moins ; aucun ne rend vraiment de la couverture. Et une mesure ramenée ne suffit pas : on peut rendre $D$ si faible qu'il ne
# domine plus, et n'apprend plus rien à $G$ non plus ; la distance tranche (1 point). Il faudrait répéter chaque expérience avec plusieurs
# graines ; comparer les écarts entre remèdes à la dispersion d'une graine à l'autre ; laisser à chacun le temps d'agir, et régler
# son intensité (1 point).

# %% [markdown]
# ### Tout compte
#
# Un GAN est sensible à presque tout : à l'architecture, au nombre de filtres, à la taille des noyaux et au pas, à la
# normalisation (sans elle, un DCGAN de cette profondeur démarre mal), au dropout, aux activations, au taux d'apprentissage, aux
# `beta` d'Adam, à la taille des lots, à celle de $z$. Les bons réglages ne sont pas indépendants : un taux qui convient à des lots
# de 64 peut faire diverger des lots de 4. D'où trois habitudes : partir d'une recette publiée, ne changer qu'une chose à la
# fois, et suivre autre chose que les pertes. Au TP 09, une autre perte rendra cet équilibre moins fragile.
#
# ## Ce qu'il faut retenir
#
# - `train_step` est le seul endroit où un GAN diffère d'un modèle ordinaire : `fit` fait le reste.
# - Deux rubans, deux listes de poids, deux optimiseurs : c'est ce qui fige un réseau pendant que l'autre apprend.
# - Des étiquettes bruitées le sont vers l'intérieur.
# - La perte de $G$ ne mesure pas la qualité de ses images : c'est $D$ qui donne cette perte, et $D$ change.
# - Un $D$ qui classe tout bien, un $G$ qui ne dessine plus qu'une image : deux pannes, deux instruments, des remèdes contraires.
# - La plus proche image d'entraînement dit si $G$ copie ; elle ne dit pas s'il dessine bien.
#
# **Pour rendre ce TP** : redémarrez le noyau, exécutez tout du début à la fin, enregistrez, et lancez la validation
# (bouton « Validate » de JupyterLab) : elle rejoue chaque vérification. Puis déposez le fichier `08_briques.ipynb`, sans changer son nom.
#
# ## Pour aller plus loin (facultatif)
#
# 1. **Combiner** deux remèdes contre la même panne : leurs effets s'ajoutent-ils ? Un excès de remèdes crée-t-il l'autre panne ?
# 2. **Les graines** : rejouez trois expériences avec `seed` de 0 à 4. Quels écarts entre remèdes dépassent ceux des graines ?
# 3. **Sans normalisation** : retirez les `BatchNormalization` de $G$, et entraînez. À quelle étape voit-on la différence ?
# 4. **Une mauvaise perte** : remplacez la perte de $G$ par $\log(1 - D(G(z)))$, et mesurez le gradient qu'il reçoit quand $D$ domine.
#
# Travaillez tout en bas du notebook, dans des cellules **neuves** où vous recopiez le code sous d'autres noms. Ne
# copiez pas les cellules elles-mêmes : la correction prendrait la copie pour votre réponse.
#
# **Références** : A. Radford, L. Metz et S. Chintala, *Unsupervised representation learning with deep convolutional generative
# adversarial networks*, ICLR 2016. T. Salimans et al., *Improved techniques for training GANs*, NeurIPS 2016. G. Székely et
# M. Rizzo, *Energy statistics*, 2013. D. Foster, *Generative deep learning*, O'Reilly, 2023.
