# %% [markdown] tags=["badge"]
# [![Ouvrir dans Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/votre_organisation/tp-gan/blob/main/notebooks/06_dcgan/06_dcgan.ipynb)

# %% [markdown]
# # TP 06 · DCGAN : des réseaux faits pour les images
#
# Pour les réseaux des TP 04 et 05, une image est une liste de 784 nombres : mélangez les pixels, toujours de la même façon, et
# ils apprendront aussi bien. Un réseau **convolutif** sait, lui, que deux pixels voisins vont ensemble, et qu'un trait reste un
# trait où qu'il soit. Avec de telles couches des deux côtés, un GAN s'appelle un DCGAN (*deep convolutional GAN*, Radford et al.,
# 2016). Ses chiffres sont plus nets, et il a ses propres maladies, qu'il faut savoir reconnaître.
#
# **Vous allez**
#
# - calculer à la main les tailles et les nombres de paramètres de couches convolutives ;
# - écrire un discriminateur et un générateur convolutifs, l'un et l'autre de la largeur que l'on veut ;
# - échantillonner sans le piège de la normalisation par lots (*BatchNorm*) ;
# - suivre les progrès de $G$ depuis un même $z$, et savoir reprendre un entraînement coupé ;
# - vous promener dans l'espace latent, d'une image à une autre ;
# - voir les artefacts en damier, sur l'image et dans son spectre, et comprendre d'où ils viennent.
#
# **Prérequis** : le TP 04, dont les deux pas et les mesures resservent.
#
# **Durée** : environ deux heures de travail.

# %% [markdown] tags=["bareme"]
# **Barème** : 19 points vérifiés automatiquement, 6 corrigés à la main.  
# **Temps de calcul** du corrigé entier : 261 s (budget « cpu »), 24 s (budget « essai »), mesurés sur 2 cœurs.

# %% tags=["installation"]
# Sur Colab, installe le paquet du cours ; ailleurs, cette cellule ne fait rien.
import subprocess
import sys

if "google.colab" in sys.modules:
    archive = "https://github.com/votre_organisation/tp-gan/archive/refs/heads/main.zip"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", f"tp-gan @ {archive}"], check=True)

# %% tags=["preparation"]
import copy
import tempfile

import torch
from torch import nn

from tp_gan import data, judge, plots, training

training.setup(seed=0)
device = training.device()

# %% [markdown]
# ## 1. Les données, et la fin de G
#
# Les mêmes chiffres qu'au TP 04, déjà ramenés à $[-1, 1]$.

# %% tags=["preparation"]
train_set, test_set = data.handwritten()
images = train_set.images.to(device)
print(f"{tuple(images.shape)}, valeurs de {images.min():.0f} à {images.max():.0f}")

# %% [markdown]
# $G$ finira par une fonction bornée. La sigmoïde $\sigma(a) = 1 / (1 + e^{-a})$ aurait pu convenir, avec des images
# ramenées à $[0, 1]$. La tangente hyperbolique n'est d'ailleurs qu'une sigmoïde étirée : $\tanh(a) = 2\,\sigma(2a) - 1$. On lui
# donne pourtant la préférence, pour deux raisons :
#
# - ses valeurs sont **centrées** : un $G$ tout neuf, dont les sorties sont proches de 0, donne à $D$ des entrées des deux signes
#   et de moyenne à peu près nulle, celles pour lesquelles les poids initiaux sont faits. Avec une sigmoïde, elles seraient
#   toutes positives et proches de 1/2 ;
# - près de 0, où $G$ commence, sa **pente** est plus forte, et c'est cette pente qui multiplie le gradient que $D$ envoie à $G$.
#
# ### Question 1 : la pente
#
# En $a = 0$, là où l'une et l'autre sont les plus raides, combien de fois la pente de $\tanh$ est-elle plus grande que celle de
# $\sigma$ ? Donnez le rapport des deux dérivées dans `slope_ratio`.

# %% nbgrader={"grade": false, "grade_id": "slope_ratio", "locked": false, "schema_version": 3, "solution": true, "task": false}
slope_ratio = None
### BEGIN SOLUTION
slope_ratio = 4  # tanh'(0) = 1 et sigma'(0) = 1/4
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_slope_ratio", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan

dcgan.check_slope_ratio(globals())
### BEGIN HIDDEN TESTS
dcgan.check_slope_ratio(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Calculez chaque dérivée en 0, puis divisez celle de $\tanh$ par celle de $\sigma$ ; la première vaut 1.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# $\sigma'(a) = \sigma(a)\,(1 - \sigma(a))$, et $\sigma(0)$ vaut 1/2.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Ou bien dérivez $\tanh(a) = 2\,\sigma(2a) - 1$ : le 2 de devant reste en facteur, et celui de $\sigma(2a)$ en donne un second.
#
# </details>

# %% [markdown]
# ## 2. Des couches qui changent la taille
#
# Une convolution de **noyau** `kernel` fait glisser une petite grille de poids sur l'image ; avec un **pas** (*stride*) de 2,
# elle avance de deux pixels à la fois, et la sortie est deux fois plus petite. La **marge** (*padding*) ajoute des zéros
# autour de l'image. Pour une image de `size` pixels de côté, la sortie en a
#
# $$\Big\lfloor \frac{\text{size} + 2\,\text{padding} - \text{kernel}}{\text{stride}} \Big\rfloor + 1.$$
#
# La convolution **transposée** (`nn.ConvTranspose2d`) fait le chemin inverse : chaque pixel d'entrée dépose, dans la sortie, une
# copie du noyau multipliée par sa valeur ; les dépôts de deux voisins sont décalés de `stride`, et s'ajoutent là où ils se
# recouvrent. On retire ensuite `padding` pixels de chaque côté. La partie entière de la formule ci-dessus a pu confondre deux
# tailles (avec un noyau de 5, un pas et une marge de 2, les tailles 27 et 28 donnent toutes deux 14) : `output_padding` dit combien
# de pixels garder en plus, au bout, pour tomber sur la bonne.
#
# ### Question 2 : les tailles
#
# Écrivez les deux calculs : `conv_size` applique la formule, `transposed_size` l'inverse. (Avec `output_padding=0`, c'est la plus
# petite taille que la convolution ramènerait à `size`.)

# %% nbgrader={"grade": false, "grade_id": "conv_size", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv_size(size, kernel, stride, padding):
    """La taille de sortie d'une convolution, par côté : un entier."""
    ### BEGIN SOLUTION
    return (size + 2 * padding - kernel) // stride + 1
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_conv_size", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan

dcgan.check_conv_size(globals())
### BEGIN HIDDEN TESTS
dcgan.check_conv_size(globals(), seed=1)
### END HIDDEN TESTS

# %% nbgrader={"grade": false, "grade_id": "transposed_size", "locked": false, "schema_version": 3, "solution": true, "task": false}
def transposed_size(size, kernel, stride, padding, output_padding):
    """La taille de sortie d'une convolution transposée, par côté : un entier."""
    ### BEGIN SOLUTION
    return (size - 1) * stride + kernel - 2 * padding + output_padding
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_transposed_size", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan

dcgan.check_transposed_size(globals())
### BEGIN HIDDEN TESTS
dcgan.check_transposed_size(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# En Python, `//` est la division entière : $\lfloor a / b \rfloor$ s'écrit `a // b`.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Pour la transposée, comptez les dépôts : le premier couvre `kernel` pixels, et chacun des `size - 1` suivants en ajoute `stride`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `(size - 1) * stride + kernel`, puis on ôte la marge des **deux** côtés et on ajoute `output_padding`.
#
# </details>

# %%
down = [28, conv_size(28, 5, 2, 2)]
down.append(conv_size(down[-1], 5, 2, 2))
up = [7, transposed_size(7, 5, 2, 2, 1)]
up.append(transposed_size(up[-1], 5, 2, 2, 1))
print("D :", " → ".join(map(str, down)), "   G :", " → ".join(map(str, up)))
print("une transposée sans output_padding :", " → ".join(map(str, [7, transposed_size(7, 5, 2, 2, 0)])))


# %% [markdown]
# Noyau de 5, pas de 2, marge de 2 : voilà nos couches. $D$ descend de 28 à 7, et $G$ remonte de 7 à 28, à condition de demander
# `output_padding=1`.
#
# ## 3. Le discriminateur
#
# ### Question 3 : D
#
# Deux convolutions de noyau 5, de pas 2 et de marge 2, puis une couche linéaire ; `width` règle la largeur, et `dropout` la part
# des nombres que le *dropout* efface :
#
# 1. `nn.Conv2d` de 1 à `width` canaux, `nn.LeakyReLU(0.2)`, `nn.Dropout(dropout)` ;
# 2. `nn.Conv2d` de `width` à `2 * width` canaux, `nn.LeakyReLU(0.2)`, `nn.Dropout(dropout)` ;
# 3. `nn.Flatten()`, puis `nn.Linear` vers une seule sortie : un **logit**, sans sigmoïde, comme au TP 04.

# %% nbgrader={"grade": false, "grade_id": "make_discriminator", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_discriminator(width, dropout):
    """Un nouveau discriminateur : d'images (n, 1, 28, 28) vers (n, 1), des logits.

    width : les canaux de la première convolution. dropout : la part des nombres qu'efface chaque Dropout.
    """
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Conv2d(1, width, 5, stride=2, padding=2),
        nn.LeakyReLU(0.2),
        nn.Dropout(dropout),
        nn.Conv2d(width, 2 * width, 5, stride=2, padding=2),
        nn.LeakyReLU(0.2),
        nn.Dropout(dropout),
        nn.Flatten(),
        nn.Linear(2 * width * 7 * 7, 1),
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_make_discriminator", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan

dcgan.check_make_discriminator(globals())
### BEGIN HIDDEN TESTS
dcgan.check_make_discriminator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `nn.Conv2d(entrée, sortie, noyau, stride=…, padding=…)` : les deux premiers nombres sont des **canaux**, pas des tailles.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Après deux divisions par deux, il reste `2 * width` cartes de 7 × 7 nombres : c'est l'entrée de la couche linéaire.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `nn.Sequential(nn.Conv2d(1, width, 5, stride=2, padding=2), nn.LeakyReLU(0.2), nn.Dropout(dropout), nn.Conv2d(width, …), …, nn.Flatten(), nn.Linear(2 * width * 7 * 7, 1))`.
#
# </details>

# %% [markdown]
# ### Question 4 : combien de paramètres ?
#
# À pleine largeur, `width = 64`. Combien de paramètres compte alors $D$ ? Faites le compte **à la main**, couche par couche, avant de
# le demander à PyTorch : un noyau de 5 × 5 poids relie chaque canal d'entrée à chaque canal de sortie, et il y a un biais par canal
# de sortie (par sortie, pour la couche linéaire). Rangez le total dans `d_parameters`.

# %% nbgrader={"grade": false, "grade_id": "d_parameters", "locked": false, "schema_version": 3, "solution": true, "task": false}
d_parameters = None
### BEGIN SOLUTION
d_parameters = (25 * 1 * 64 + 64) + (25 * 64 * 128 + 128) + (7 * 7 * 128 + 1)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_d_parameters", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan

dcgan.check_d_parameters(globals())
### BEGIN HIDDEN TESTS
dcgan.check_d_parameters(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Trois couches ont des paramètres : LeakyReLU, Dropout et Flatten n'en ont aucun.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# La première : 5 × 5 poids pour chacun des 1 × 64 couples de canaux, plus 64 biais, soit 1 664.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# La deuxième : 25 × 64 × 128 + 128. La dernière : une entrée par nombre des 128 cartes de 7 × 7, plus un biais.
#
# </details>

# %% [markdown]
# ## 4. Le générateur
#
# $G$ fait le chemin inverse : une couche linéaire tire de $z$ une image minuscule, de 7 × 7 pixels mais de nombreux canaux, que
# l'on agrandit deux fois. Il y a deux façons d'agrandir :
#
# - `nn.ConvTranspose2d`, qui apprend à agrandir ;
# - `nn.Upsample(scale_factor=2)`, qui fait de chaque pixel un carré de 2 × 2 pixels égaux, suivi d'une convolution ordinaire, qui
#   n'a plus qu'à redessiner.
#
# ### Question 5 : agrandir
#
# Écrivez `enlarge(inputs, outputs, upsample)`, qui rend une couche (ou un `nn.Sequential`) doublant la taille : de
# `(n, inputs, h, w)` à `(n, outputs, 2h, 2w)`. Dans les deux cas, un noyau de 5 et **pas de biais** : la normalisation qui suivra
# l'effacerait (le dernier agrandissement, que rien ne normalise, s'en passe aussi). Aucune activation ici.

# %% nbgrader={"grade": false, "grade_id": "enlarge", "locked": false, "schema_version": 3, "solution": true, "task": false}
def enlarge(inputs, outputs, upsample):
    """De (n, inputs, h, w) à (n, outputs, 2h, 2w). upsample : Upsample puis Conv2d, au lieu de ConvTranspose2d."""
    ### BEGIN SOLUTION
    if upsample:
        return nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 5, padding=2, bias=False))
    return nn.ConvTranspose2d(inputs, outputs, 5, stride=2, padding=2, output_padding=1, bias=False)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_enlarge", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan

dcgan.check_enlarge(globals())
### BEGIN HIDDEN TESTS
dcgan.check_enlarge(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Un `if upsample:` et deux `return` : d'un côté deux modules dans un `nn.Sequential`, de l'autre un seul, la transposée de la
# section 2.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `nn.ConvTranspose2d(…, stride=2, padding=2, …)` donne 13 à partir de 7 : vous savez, depuis la question 2, ce qui manque.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Avec `upsample` : `nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(inputs, outputs, 5, padding=…, bias=False))`, la marge étant celle qui garde la taille.
#
# </details>

# %% [markdown]
# ### Question 6 : G
#
# Dans l'ordre :
#
# 1. `nn.Linear` de `latent_dim` à `7 * 7 * 4 * width` nombres, sans biais, `nn.BatchNorm1d`, `nn.LeakyReLU(0.2)` ;
# 2. `nn.Unflatten(1, (4 * width, 7, 7))` : ces nombres deviennent `4 * width` cartes ;
# 3. `nn.ConvTranspose2d` vers `2 * width` canaux, de noyau 5 et de pas 1 (la taille reste 7), sans biais, `nn.BatchNorm2d`,
#    `nn.LeakyReLU(0.2)` ;
# 4. `enlarge` vers `width` canaux, `nn.BatchNorm2d`, `nn.LeakyReLU(0.2)` ;
# 5. `enlarge` vers 1 canal, et `nn.Tanh()`. Pas de normalisation ici : elle imposerait à tous les lots la même moyenne et la même
#    variance.

# %% nbgrader={"grade": false, "grade_id": "make_generator", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_generator(width, latent_dim, upsample=False):
    """Un nouveau générateur : de (n, latent_dim) vers n images (n, 1, 28, 28), de valeurs dans [-1, 1]."""
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Linear(latent_dim, 7 * 7 * 4 * width, bias=False),
        nn.BatchNorm1d(7 * 7 * 4 * width),
        nn.LeakyReLU(0.2),
        nn.Unflatten(1, (4 * width, 7, 7)),
        nn.ConvTranspose2d(4 * width, 2 * width, 5, padding=2, bias=False),
        nn.BatchNorm2d(2 * width),
        nn.LeakyReLU(0.2),
        enlarge(2 * width, width, upsample),
        nn.BatchNorm2d(width),
        nn.LeakyReLU(0.2),
        enlarge(width, 1, upsample),
        nn.Tanh(),
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_make_generator", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan

dcgan.check_make_generator(globals())
### BEGIN HIDDEN TESTS
dcgan.check_make_generator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Douze modules dans un `nn.Sequential`, que la liste donne dans l'ordre. `nn.BatchNorm1d(m)` normalise `m` nombres, `nn.BatchNorm2d(c)` normalise `c` canaux.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Au point 3, c'est encore un noyau de 5 : quelle marge laisse la taille à 7 quand le pas est 1 ?
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Le point 3 est `nn.ConvTranspose2d(4 * width, 2 * width, 5, padding=2, bias=False)`. Passez à `enlarge` l'argument `upsample` reçu.
#
# </details>

# %% [markdown]
# ### Question 7 : compter ce que G retient
#
# Un `BatchNorm` retient quatre nombres par canal. Deux s'apprennent par le gradient : un facteur et un décalage. Les deux autres,
# une moyenne et une variance courantes (`running_mean`, `running_var`), sont tenus à jour au fil des lots ; PyTorch les
# range à part, parmi les *buffers*, ces tenseurs que le réseau garde sans les apprendre. Keras les compte avec les paramètres,
# comme « non entraînables ».
#
# Écrivez `count_parameters(network)`, qui rend deux entiers : le nombre de paramètres entraînables, puis le total à la manière de
# Keras, moyennes et variances courantes comprises. PyTorch garde aussi, pour chaque `BatchNorm`, un compteur de lots,
# `num_batches_tracked` : ne le comptez pas.

# %% nbgrader={"grade": false, "grade_id": "count_parameters", "locked": false, "schema_version": 3, "solution": true, "task": false}
def count_parameters(network):
    """Le nombre de paramètres entraînables, et le même plus les moyennes et variances courantes : deux entiers."""
    ### BEGIN SOLUTION
    trainable = sum(p.numel() for p in network.parameters())
    running = sum(b.numel() for name, b in network.named_buffers() if "running" in name)
    return trainable, trainable + running
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_count_parameters", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan

dcgan.check_count_parameters(globals())
### BEGIN HIDDEN TESTS
dcgan.check_count_parameters(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `network.parameters()` parcourt les tenseurs qui s'apprennent, et `.numel()` dit combien de nombres un tenseur contient.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `network.named_buffers()` parcourt les autres : des couples (nom, tenseur). Les noms contiennent « running_mean », « running_var » ou « num_batches_tracked ».
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `sum(p.numel() for p in network.parameters())`, et de même sur les *buffers* dont le nom contient « running ».
#
# </details>

# %% [markdown]
# Voici les deux réseaux à pleine largeur, avec un $z$ de 100 nombres. Un passage suffit à vérifier les formes ; sans GPU, ils
# seraient trop lents à entraîner, et l'on prendra plus étroit, avec un $z$ plus court.

# %% tags=["preparation"]
latent_dim = training.by_budget(essai=16, cpu=16, gpu=100)  # nombres tirés au hasard pour fabriquer une image


def noise(n):
    """Du bruit de loi normale centrée réduite : un tenseur de forme (n, latent_dim)."""
    return torch.randn(n, latent_dim, device=device)


# %%
full_generator, full_discriminator = make_generator(64, 100), make_discriminator(64, dropout=0.3)
for name, network in {"G": full_generator, "D": full_discriminator}.items():
    trainable, total = count_parameters(network)
    print(f"{name} : {total:9,} nombres, dont {trainable:9,} entraînables".replace(",", " "))
with torch.no_grad():
    pictures = full_generator(torch.randn(2, 100))
    print("D(G(z)) :", tuple(full_discriminator(pictures).shape), "pour des images", tuple(pictures.shape))

# %% [markdown]
# Ce sont exactement les comptes du tutoriel DCGAN de TensorFlow, dont vous retrouverez les deux réseaux, en Keras, au TP 07. Plus
# de la moitié des paramètres de $G$ sont dans sa première couche, de 100 à 12 544 nombres ; chez $D$, presque tous sont dans la
# seconde convolution.
#
# ## 5. Deux modes, deux images
#
# Un `BatchNorm` ne fait pas la même chose selon le **mode** du réseau :
#
# - en mode *entraînement* (`network.train()`, celui d'un réseau neuf), il centre et réduit chaque nombre avec la moyenne et la
#   variance **du lot qu'il reçoit**, et met à jour la moyenne et la variance courantes ;
# - en mode *évaluation* (`network.eval()`), il centre et réduit avec ces valeurs courantes, et n'y change plus rien.
#
# En mode entraînement, une image dépend donc de tout le lot dont elle fait partie : le même $z$, en autre compagnie, donne une
# autre image. C'est voulu pendant l'apprentissage, et fâcheux au moment de montrer des images. Mesurons-le, sur un $G$ neuf.

# %%
training.set_seed(0)
beginner = make_generator(8, latent_dim).to(device)
z, others = noise(1), [noise(15) for _ in range(2)]
for mode in (True, False):
    beginner.train(mode)
    with torch.no_grad():
        first, second = (beginner(torch.cat([z, other]))[0] for other in others)
    print(f"mode {'entraînement' if mode else 'évaluation  '} : même z, écart d'au plus {(first - second).abs().max():.3f}")


# %% [markdown]
# ### Question 8 : échantillonner
#
# Écrivez `sample(generator, z)`, qui rend les images de `z` **en mode évaluation** et sans graphe de calcul. On s'en servira pendant
# l'entraînement : à la sortie, `generator` doit être inchangé, et dans le même mode qu'à l'entrée, quel que soit ce mode
# (`generator.training` le dit).

# %% nbgrader={"grade": false, "grade_id": "sample", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sample(generator, z):
    """Les images que G fabrique à partir de z, en mode évaluation et sans graphe ; G garde son mode."""
    ### BEGIN SOLUTION
    was_training = generator.training
    generator.eval()
    with torch.no_grad():
        fakes = generator(z)
    generator.train(was_training)
    return fakes
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_sample", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan

dcgan.check_sample(globals())
### BEGIN HIDDEN TESTS
dcgan.check_sample(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Quatre gestes : retenir le mode, passer en évaluation, fabriquer, remettre le mode.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `generator.training` vaut `True` en mode entraînement. `generator.train(True)` et `generator.train(False)` choisissent le mode.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `was_training = generator.training`, `generator.eval()`, les images sous `with torch.no_grad():`, puis `generator.train(was_training)` **avant** le `return`.
#
# </details>

# %% [markdown]
# ## 6. L'entraînement
#
# ### Question 9 : les deux pas
#
# Reprenez ceux du TP 04. $D$ rend des logits : sa perte est la **somme** de deux `bce(logits, étiquettes)`, et celle de $G$
# est la perte non saturante. Les deux réseaux apprennent en mode entraînement, et y restent d'un pas à l'autre.

# %% tags=["preparation"]
bce = nn.BCEWithLogitsLoss()


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
from tp_gan.checks import dcgan

dcgan.check_discriminator_step(globals())
### BEGIN HIDDEN TESTS
dcgan.check_discriminator_step(globals(), seed=1)
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
from tp_gan.checks import dcgan

dcgan.check_generator_step(globals())
### BEGIN HIDDEN TESTS
dcgan.check_generator_step(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Rouvrez votre TP 04 : les deux pas n'ont pas changé. Rien n'y dépend de ce qu'il y a dans les réseaux.
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
# Pour $D$ : `bce(discriminator(real), …) + bce(discriminator(fake), …)`, avec `fake = generator(noise(len(real))).detach()`. Pour $G$ : `bce(discriminator(generator(noise(batch_size))), …)`. Puis `zero_grad()`, `backward()`, `step()`, et `return loss.detach()`.
#
# </details>

# %% [markdown]
# La boucle est celle que vous avez déjà écrite trois fois. Ses réglages :
#
# - les **largeurs** : 64 et 64 sur un GPU, 16 pour $G$ et 24 pour $D$ ailleurs. Ce sont les mêmes fonctions qui fabriquent les
#   grands réseaux et les petits ;
# - la **taille de $z$** : 100 nombres sur un GPU, comme Radford et al. ; ailleurs 16, qui suffisent à un petit $G$ et à nos chiffres ;
# - l'**augmentation** : sur aussi peu d'images, $D$ finit par reconnaître les vraies **une à une**, et n'apprend plus rien à $G$.
#   Le *dropout* est un remède. `RandomAffine` en est un autre : chaque image que $D$ reçoit est d'abord tournée, agrandie ou
#   rétrécie, et décalée, un peu et au hasard. Les fausses le sont comme les vraies, sans quoi $G$ apprendrait à dessiner des
#   chiffres penchés ; et cette couche se dérive comme une autre : le gradient la traverse jusqu'à $G$ (Zhao et al., 2020) ;
# - Adam avec `beta1 = 0.5`, comme Radford et al. Leur taux d'apprentissage, 0,0002, est prudent ; pour un entraînement court,
#   0,001 pour $D$ et 0,002 pour $G$ vont plus vite, et `beta2 = 0.99`, au lieu de 0,999, règle les pas sur les cent derniers lots
#   environ. Dans les deux cas, le taux **baisse** pendant la seconde moitié, en ligne droite jusqu'à 0 : les images s'affinent
#   alors, au lieu de continuer à changer ;
# - `channels_last` range les nombres d'une image pixel par pixel plutôt que canal par canal : les mêmes calculs, un peu plus
#   vite ;
# - `fixed_noise` ne change pas d'un bout à l'autre : chaque case de la grille montre ce que devient **un même** $z$ ;
# - `checkpoint` enregistre tout à intervalles réguliers.

# %% tags=["preparation"]
class RandomAffine(nn.Module):
    """Tourne (de 0,15 radian au plus), agrandit ou rétrécit (de 7,5 %) et décale (d'un pixel et demi) chaque image, au hasard."""

    def forward(self, x):
        angle, zoom, right, down = 2 * torch.rand(4, len(x), device=x.device) - 1
        cos, sin = ((1 + 0.075 * zoom) * wave(0.15 * angle) for wave in (torch.cos, torch.sin))
        shift = 1.5 * 2 / x.shape[-1]  # la largeur de l'image vaut 2
        matrices = torch.stack([cos, -sin, shift * right, sin, cos, shift * down], dim=1).view(-1, 2, 3)
        grid = nn.functional.affine_grid(matrices, x.shape, align_corners=False)
        return nn.functional.grid_sample(x + 1, grid, align_corners=False) - 1  # ce qui entre est noir : -1


width_g, width_d = training.by_budget(essai=(16, 24), cpu=(16, 24), gpu=(64, 64))
batch_size = training.by_budget(essai=32, cpu=32, gpu=64)
rate_g, rate_d = training.by_budget(essai=(2e-3, 1e-3), cpu=(2e-3, 1e-3), gpu=(2e-4, 2e-4))
beta2 = training.by_budget(essai=0.99, cpu=0.99, gpu=0.999)

# %%
plots.image_pairs(
    images[:10], RandomAffine()(images[:10]), titles=("vraies", "vues par D"), title="Ce que D reçoit à la place des images"
)

# %%
training.set_seed(0)
generator = make_generator(width_g, latent_dim).to(device, memory_format=torch.channels_last)
discriminator = nn.Sequential(RandomAffine(), make_discriminator(width_d, dropout=0))
discriminator = discriminator.to(device, memory_format=torch.channels_last)
optimizer_g = torch.optim.Adam(generator.parameters(), lr=rate_g, betas=(0.5, beta2), fused=True)
optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=rate_d, betas=(0.5, beta2), fused=True)

fixed_noise = noise(64)
run = training.Run(
    training.by_budget(essai=500, cpu=9000, gpu=20000),
    sample=lambda: sample(generator, fixed_noise),
    real=images[:64],
    checkpoint=training.Checkpoint(
        "06_dcgan",
        generator=generator,
        discriminator=discriminator,
        optimizer_g=optimizer_g,
        optimizer_d=optimizer_d,
    ),
)
for step in run:
    for optimizer, rate in ((optimizer_d, rate_d), (optimizer_g, rate_g)):
        optimizer.param_groups[0]["lr"] = rate * min(1, 2 - 2 * step / run.steps)
    real = images[torch.randint(len(images), (batch_size,))]
    loss_d = discriminator_step(generator, discriminator, optimizer_d, real)
    loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)
    run.log(loss_d=loss_d, loss_g=loss_g)

# %%
plots.animation(run.snapshots, images[:64], title="Soixante-quatre z, toujours les mêmes")


# %% [markdown]
# ### Question 10 (corrigée à la main)
#
# Regardez l'animation plusieurs fois. Décrivez les étapes par lesquelles passent ces soixante-quatre images, et ce que $G$ a
# appris à chacune. Le chiffre qu'une case montre à la fin s'y lit-il dès le début ? Et qu'aurait-on vu si `noise(64)` avait été
# rappelé à chaque image de l'animation ?

# %% [markdown] nbgrader={"grade": true, "grade_id": "describing_progress", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** D'abord un gris presque uniforme, à trame régulière : celle des couches neuves (section 8). Puis des
# taches claires, rassemblées au centre sur un fond noir : $G$ a appris où est l'encre, au même endroit pour tous les $z$. Ces taches
# se séparent ensuite en traits, différents d'une case à l'autre, puis les traits s'assemblent en chiffres, dont la forme finit par
# ne plus guère changer quand le taux baisse (1 point). $G$ apprend donc du plus commun au plus particulier : le fond, l'endroit de
# l'encre, l'épaisseur d'un trait, enfin les formes ; à chaque fois, ce à quoi $D$ reconnaît le plus facilement les faux (1 point).
# Non, le chiffre final ne se lit pas dès le début : une case peut changer plusieurs fois de chiffre en route, et c'est en chemin que
# les chiffres se répartissent entre les $z$. Avec un bruit nouveau à chaque image, on verrait les progrès d'ensemble, mais pas le
# devenir d'un $z$ : impossible de distinguer ce qui change parce que $G$ apprend de ce qui change parce que $z$ a changé (1 point).

# %% [markdown]
# Une dernière chose. En mode évaluation, `BatchNorm` se sert de ses moyennes courantes, qui ne retiennent guère que les dix ou vingt
# derniers lots : quelques centaines de $z$. Leur part de hasard décale **toutes** les images dans le même sens. Maintenant que
# les poids ne changent plus, refaisons ces moyennes sur cent lots.

# %% tags=["preparation"]
def renew_averages(generator, batches=100):
    """Refait les moyennes et variances courantes de chaque BatchNorm sur de nouveaux lots, les poids restant les mêmes."""
    for module in generator.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            module.reset_running_stats()
            module.momentum = None  # la moyenne de tous les lots, et non plus surtout des derniers
    generator.train()
    with torch.no_grad():
        for _ in range(batches):
            generator(noise(batch_size))


# %%
renew_averages(generator)
generated = sample(generator, noise(1000))
print(judge.frechet(images, generated))
print(f"chiffres présents (au moins 2 % des images) : {10 * judge.coverage(generated):.0f} sur 10")
plots.images(generated[:100], title="Cent chiffres fabriqués par G, non choisis")


# %% [markdown]
# Comparez avec les cent chiffres du TP 04 : le grain a disparu, les traits sont nets et presque tous d'un seul tenant. La distance le
# confirme : 11 ici, 38 au TP 04, avec le même juge et autant d'images (chiffres intégrés, budget « cpu »). C'est moins aussi que les
# 16 du TP 05, que des étiquettes aidaient. Il reste des formes qui ne sont aucun chiffre : $G$ doit encore découvrir seul qu'il y a dix
# sortes d'images.
#
# Que doit-on à l'augmentation ? Après 4 000 étapes, la distance est de 13 avec elle, et de 28 avec un *dropout* de 0,3 à sa place ; un
# $z$ de 100 nombres n'y change presque rien, 15 (une graine, `tools/study.py dcgan`). Sur 8 000 chiffres de MNIST, plus variés,
# la même boucle donne 15 et 17 (deux graines) : moins que les 19 du TP 05, et bien moins que les 97 du TP 04.
#
# ### À quoi sert un point de reprise
#
# Sur Colab, une session peut s'arrêter à tout moment. Coupons exprès un petit entraînement de vingt étapes après la douzième, et
# relançons-le tel quel ; puis comparons ses poids à ceux d'un entraînement que rien n'a interrompu.

# %%
def short_training(folder, cuts):
    """Vingt étapes d'un GAN minuscule, enregistré à chacune. cuts : l'ensemble (set) des étapes où « la machine s'arrête »."""
    training.set_seed(1)
    g, d = make_generator(4, latent_dim).to(device), make_discriminator(4, 0.3).to(device)
    adam_g, adam_d = (torch.optim.Adam(n.parameters(), lr=1e-3, betas=(0.5, 0.999)) for n in (g, d))
    parts = {"generator": g, "discriminator": d, "optimizer_g": adam_g, "optimizer_d": adam_d}
    checkpoint = training.Checkpoint("petit", every=0, folder=folder, **parts)
    for step in training.Run(20, view=False, checkpoint=checkpoint):
        if step in cuts:
            raise KeyboardInterrupt
        discriminator_step(g, d, adam_d, images[torch.randint(len(images), (16,))])
        generator_step(g, d, adam_g, 16)
    return g


with tempfile.TemporaryDirectory() as folder:
    whole = short_training(f"{folder}/entier", cuts=set())
    try:
        short_training(f"{folder}/coupé", cuts={12})
    except KeyboardInterrupt:
        print("La machine s'est arrêtée.")
    resumed = short_training(f"{folder}/coupé", cuts=set())
    gap = max((a - b).abs().max().item() for a, b in zip(whole.parameters(), resumed.parameters(), strict=True))
    print(f"plus grand écart entre les poids des deux générateurs : {gap}")

    restored = make_generator(4, latent_dim).to(device)
    training.restore(f"{folder}/coupé/petit.pt", generator=restored)
    print("générateur relu, mêmes images :", torch.equal(sample(restored, fixed_noise), sample(resumed, fixed_noise)))

# %% [markdown]
# L'écart est nul sur un processeur (un GPU n'additionne pas toujours dans le même ordre, et peut arrondir autrement) : le point de
# reprise garde aussi les moyennes d'Adam et l'état du générateur de nombres aléatoires, sans quoi la suite serait **un**
# entraînement, mais pas le même. Pour retrouver un autre jour votre générateur, sans rien réentraîner :
# `training.restore("06_dcgan", generator=generator)`, après avoir recréé `generator` par la même ligne qu'ici.
#
# ### Le piège, sur un G entraîné
#
# Revoici la section 5, en images : un seul $z$, dix fois, chaque fois parmi quinze autres tirés au hasard. Comme le mode entraînement
# modifierait les moyennes courantes, on travaille sur une copie.

# %%
training.set_seed(2)
z = noise(1)
double = copy.deepcopy(generator).train()
with torch.no_grad():
    in_training = torch.cat([double(torch.cat([z, noise(15)]))[:1] for _ in range(10)])
in_evaluation = torch.cat([sample(generator, torch.cat([z, noise(15)]))[:1] for _ in range(10)])
plots.image_pairs(
    in_training, in_evaluation, titles=("entraînement", "évaluation"), title="Le même z, en dix compagnies"
)


# %% [markdown]
# ## 7. Se promener dans l'espace latent
#
# $G$ associe une image à **tout** vecteur $z$. C'est ce que fait le *décodeur* d'un autre modèle, l'auto-encodeur variationnel, et
# avec la même loi normale ; mais ce modèle apprend aussi un encodeur, qui va de l'image à $z$, et nous n'en avons pas. Nous pouvons
# en revanche nous déplacer : que trouve-t-on **entre** deux $z$ ?
#
# ### Question 11 : en ligne droite
#
# Écrivez `interpolate(start, end, n)` : `n` vecteurs régulièrement espacés sur le segment de `start` à `end`, **extrémités
# comprises**.

# %% nbgrader={"grade": false, "grade_id": "interpolate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def interpolate(start, end, n):
    """n points de start à end, en ligne droite : forme (n, latent_dim). start, end : deux vecteurs (latent_dim,)."""
    ### BEGIN SOLUTION
    t = torch.linspace(0, 1, n, device=start.device).unsqueeze(1)
    return (1 - t) * start + t * end
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_interpolate", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan

dcgan.check_interpolate(globals())
### BEGIN HIDDEN TESTS
dcgan.check_interpolate(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Un point du segment s'écrit $(1 - t)\,a + t\,b$, avec $t$ de 0 à 1.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `torch.linspace(0, 1, n)` donne les `n` valeurs de `t`, extrémités comprises.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `t` doit être une colonne, de forme (n, 1), pour multiplier un vecteur (latent_dim,) : `t.unsqueeze(1)` ou `t[:, None]`.
#
# </details>

# %%
training.set_seed(3)
pairs = noise(10).split(2)
path = torch.cat([interpolate(a, b, 10) for a, b in pairs])
plots.images(sample(generator, path), title="Cinq promenades en ligne droite, de gauche à droite")


# %% [markdown]
# Chaque image ressemble à ses deux voisines : $G$ est continu, et un petit déplacement de $z$ change peu l'image. D'un chiffre à un
# autre, le trait se déforme peu à peu, s'ouvre ou se referme, en passant parfois par une forme qui n'est aucun chiffre. Un $G$
# qui aurait appris des images par cœur passerait brusquement de l'une à l'autre.
#
# La ligne droite a pourtant un défaut. En dimension $d$, la norme d'un vecteur gaussien est voisine de $\sqrt{d}$, à 0,7 près environ :
# 10 pour $d = 100$, 4 pour $d = 16$. Les $z$ que $G$ a rencontrés sont donc près d'une même sphère, d'autant plus nettement que $d$
# est grand. Le milieu d'un segment, lui, est plus près du centre, vers $\sqrt{d / 2}$, où $G$ a été peu entraîné. White (2016) propose
# de suivre plutôt un **arc** :
#
# $$z(t) = \frac{\sin((1-t)\,\Omega)}{\sin \Omega}\, a + \frac{\sin(t\,\Omega)}{\sin \Omega}\, b, \qquad
# \cos \Omega = \frac{a \cdot b}{\lVert a \rVert\,\lVert b \rVert}$$
#
# ### Question 12 : sur un arc
#
# Écrivez `slerp(start, end, n)`, aux mêmes arguments et de même sortie qu'`interpolate` ; $a$ est `start`, $b$ est `end`. (Les deux
# vecteurs ne sont jamais alignés : $\sin \Omega$ n'est pas nul.)

# %% nbgrader={"grade": false, "grade_id": "slerp", "locked": false, "schema_version": 3, "solution": true, "task": false}
def slerp(start, end, n):
    """n points de start à end, sur un arc : forme (n, latent_dim). start, end : deux vecteurs (latent_dim,)."""
    ### BEGIN SOLUTION
    t = torch.linspace(0, 1, n, device=start.device).unsqueeze(1)
    omega = torch.arccos(start @ end / (start.norm() * end.norm()))
    return (torch.sin((1 - t) * omega) * start + torch.sin(t * omega) * end) / torch.sin(omega)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_slerp", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan

dcgan.check_slerp(globals())
### BEGIN HIDDEN TESTS
dcgan.check_slerp(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# C'est `interpolate`, où $1 - t$ et $t$ sont remplacés par deux autres coefficients.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# L'angle $\Omega$ se calcule une seule fois, avant tout : `torch.arccos` du produit scalaire **divisé par les deux normes**.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `omega = torch.arccos(start @ end / (start.norm() * end.norm()))`, puis `torch.sin((1 - t) * omega) / torch.sin(omega)` multiplie `start`.
#
# </details>

# %%
a, b = pairs[0]
for name, way in {"en ligne droite": interpolate, "sur un arc": slerp}.items():
    norms = way(a, b, 9).norm(dim=1)
    print(f"{name:15} : norme {norms[0]:.1f} au départ, {norms[4]:.1f} au milieu, {norms[-1]:.1f} à l'arrivée")
straight, arc = (torch.cat([way(a, b, 10) for a, b in pairs[:2]]) for way in (interpolate, slerp))
plots.image_pairs(
    sample(generator, straight), sample(generator, arc), titles=("droite", "arc"), title="Deux promenades, deux chemins"
)

# %% [markdown]
# Au milieu, la droite passe nettement plus près du centre que l'arc, qui va sans creux d'une norme à l'autre. Les images, elles,
# diffèrent peu : ce $G$-ci dessine encore bien au milieu de la droite. L'argument vaut surtout pour des générateurs plus sensibles à
# la norme de $z$, et pour de plus grandes dimensions.
#
# ## 8. Le damier
#
# Regardez de près ce que dessine un $G$ qui n'a rien appris, selon sa façon d'agrandir.

# %%
training.set_seed(0)
untrained = {}
for name, upsample in {"ConvTranspose2d": False, "Upsample puis Conv2d": True}.items():
    untrained[name] = sample(make_generator(width_g, latent_dim, upsample).to(device), noise(64))
views = torch.cat([(pictures[:5] / pictures.abs().max()) for pictures in untrained.values()])
plots.images(views, columns=5, title="G neuf : ConvTranspose2d en haut, Upsample en bas")


# %% [markdown]
# (Le contraste est renforcé.) En haut, un damier ; en bas, non. Ce n'est pas le dessin d'un chiffre, puisque rien n'a été appris :
# c'est la trace de la couche elle-même. Odena, Dumoulin et Olah (2016) en donnent une raison, qui se compte sur les doigts.
#
# ### Question 13 : le recouvrement
#
# En une dimension, l'entrée a `size` valeurs ; la valeur d'indice $i$ dépose ses `kernel` contributions aux positions
# $i \cdot \text{stride} - \text{padding} + j$, pour $j$ de 0 à `kernel` - 1. La sortie garde les positions de 0 à
# `stride * size - 1`. Écrivez `overlap_counts(size, kernel, stride, padding)` : pour chaque position de la sortie, le
# nombre de contributions qu'elle reçoit.

# %% nbgrader={"grade": false, "grade_id": "overlap_counts", "locked": false, "schema_version": 3, "solution": true, "task": false}
def overlap_counts(size, kernel, stride, padding):
    """Le nombre de contributions reçues par chaque position de la sortie : stride * size entiers."""
    ### BEGIN SOLUTION
    counts = torch.zeros(stride * size, dtype=torch.int64)
    for i in range(size):
        for j in range(kernel):
            position = i * stride - padding + j
            if 0 <= position < len(counts):
                counts[position] += 1
    return counts
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_overlap_counts", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import dcgan

dcgan.check_overlap_counts(globals())
### BEGIN HIDDEN TESTS
dcgan.check_overlap_counts(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Partez de zéros, parcourez les dépôts un à un, et ajoutez 1 là où chacun tombe.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Deux boucles imbriquées, sur `i` et sur `j`. Attention aux positions qui tombent hors de la sortie : en Python, un indice négatif repart de la fin.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `position = i * stride - padding + j`, puis `if 0 <= position < stride * size: counts[position] += 1`.
#
# </details>

# %%
for kernel, padding in ((5, 2), (4, 1)):
    counts = torch.as_tensor(overlap_counts(7, kernel, 2, padding))
    print(f"noyau {kernel}, pas 2 :", " ".join(str(int(count)) for count in counts))

# %% [markdown]
# Bords mis à part, un noyau de 5 qui avance de 2 couvre les positions tantôt trois fois, tantôt deux. En deux dimensions, ces
# nombres se multiplient : 9, 6 ou 4 contributions selon la parité de la ligne et de la colonne. Voilà un damier, de période 2, que
# les poids devraient apprendre à compenser. Un noyau de 4, taille multiple du pas, couvre tout également.
#
# L'œil juge mal d'un damier. Le **spectre** le montre : il décompose les images en ondes, et dit quelle puissance porte chacune.
# Les ondes d'un damier de période 2 sont les plus courtes qu'une image puisse porter : leur fréquence est de 0,5 cycle par pixel, et
# elles se lisent au bord du spectre, à gauche et en bas.

# %%
spectra = {"vraies images": images[:1000], **untrained}
plots.spectrum(spectra, title="Les ondes de quelles longueurs ?")


# %% [markdown]
# Mesurons : quelle part de la puissance est portée par les ondes de période 2, dans un sens, dans l'autre, ou dans les deux ? Nous en
# profitons pour essayer le noyau de 4, et le générateur entraîné.

# %%
def share_of_period_2(pictures):
    """La part de la puissance (sans la moyenne) portée par les ondes de période 2, en ligne ou en colonne."""
    power = torch.fft.fft2(pictures[:, 0]).abs().square().mean(dim=0)
    power[0, 0] = 0
    middle = power.shape[0] // 2
    return ((power[middle].sum() + power[:, middle].sum() - power[middle, middle]) / power.sum()).item()


def kernel_4(inputs, outputs, upsample):
    return nn.ConvTranspose2d(inputs, outputs, 4, stride=2, padding=1, bias=False)


training.set_seed(0)
kinds = {"noyau 5, neuf": (enlarge, False), "noyau 4, neuf": (kernel_4, False), "Upsample, neuf": (enlarge, True)}
lines = {name: [] for name in kinds}
for name, (layer, upsample) in kinds.items():
    for _ in range(10):
        block = nn.Sequential(layer(2 * width_g, width_g, upsample), nn.LeakyReLU(0.2), layer(width_g, 1, upsample))
        with torch.no_grad():
            lines[name].append(share_of_period_2(block(torch.randn(16, 2 * width_g, 7, 7))))
for name, shares in lines.items():
    print(f"{name:18} : {min(shares):.1%} à {max(shares):.1%} sur dix réseaux")
print(f"{'noyau 5, entraîné':18} : {share_of_period_2(generated):.1%}")
print(f"{'vraies images':18} : {share_of_period_2(images):.1%}")

# %% [markdown]
# Tant qu'elle n'a rien appris, une convolution transposée met dans ces ondes de quelques pour cent à près de la moitié de la
# puissance ; `Upsample` suivi d'une convolution, un millième environ. Le noyau de 4 n'y change rien : chaque position reçoit bien
# autant de contributions que les autres, mais les positions paires les reçoivent par certains poids, les impaires par d'autres, et
# ces poids sont tirés au hasard. (Les points clairs du spectre à mi-chemin du bord sont la trace du premier agrandissement : le
# second a étiré son damier à une période de 4.)
#
# Le générateur entraîné, lui, n'en met guère plus que les vraies images. Le damier était un moyen facile de démasquer les faux : $D$ l'a
# vu, et $G$ a appris des poids qui l'effacent.
#
# ### Question 14 (corrigée à la main)
#
# 1. Pourquoi `Upsample` suivi d'une convolution ne fait-il pas de damier à l'initialisation, quels que soient les poids du noyau ?
#    Que coûte-t-il, en calculs, par rapport à une convolution transposée ?
# 2. Le damier a disparu des images d'un générateur **entraîné**. Est-ce une preuve que l'architecture n'en fait pas ? Qui, dans le
#    GAN, a pu conduire $G$ à l'effacer ?
# 3. Vous livrez votre générateur à quelqu'un qui demande ses images deux par deux. Il se plaint : elles sont étranges, et le même $z$
#    n'y donne pas deux fois la même image. Vos grilles, elles, étaient bonnes. Que s'est-il passé, et que lui répondez-vous ?

# %% [markdown] nbgrader={"grade": true, "grade_id": "checkerboard", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** `Upsample` répète chaque pixel : dans l'image doublée, les deux pixels d'une paire sont égaux, et
# l'onde de période 2, qui change de signe de l'un à l'autre, y est absente. La convolution qui suit applique les mêmes poids
# partout : elle multiplie chaque onde par un nombre, et ne peut pas en créer une qui n'y est pas (sauf aux bords). Elle coûte
# quatre fois plus de calculs que la transposée, car elle travaille sur l'image déjà doublée (1 point). Ce n'est pas une preuve :
# l'architecture en fait à l'initialisation, et rien ne lui interdit d'en refaire, avec d'autres poids ou d'autres données. C'est
# $D$ qui a corrigé $G$ : un damier que les vraies images n'ont pas est facile à reconnaître, et le gradient que reçoit $G$ le
# pousse à l'effacer (1 point). Le générateur est resté en mode entraînement : BatchNorm y centre et réduit avec la moyenne et la
# variance de deux images seulement, si bien que chacune dépend de l'autre. (Avec une seule, PyTorch s'arrête sur une erreur.)
# Réponse : appeler `generator.eval()` avant de s'en servir (1 point).

# %% [markdown]
# ## Ce qu'il faut retenir
#
# - Une convolution de pas 2 divise la taille par deux ; une transposée la double. Les tailles et les paramètres se calculent.
# - $\tanh$ à la fin de $G$, des images dans $[-1, 1]$, un logit à la fin de $D$.
# - Un `BatchNorm` a deux modes. On échantillonne en évaluation, et l'on remet le mode que l'on a trouvé.
# - Un même $z$, suivi du début à la fin, montre ce que $G$ apprend : le fond, la place de l'encre, les traits, les chiffres.
# - Entre deux $z$, $G$ passe par des images intermédiaires, sans saut : un petit pas dans l'espace latent change peu l'image.
# - Une convolution transposée neuve dessine un damier, visible dans le spectre ; `Upsample` suivi d'une convolution, non.
#
# **Pour rendre ce TP** : redémarrez le noyau, exécutez tout du début à la fin, enregistrez, et lancez la validation
# (bouton « Validate » de JupyterLab) : elle rejoue chaque vérification. Puis déposez le fichier `06_dcgan.ipynb`, sans changer son nom.
#
# ## Pour aller plus loin (facultatif)
#
# 1. **Entraîner l'autre** : même boucle, avec `upsample=True`. Le spectre des images finales est-il plus proche de celui des vraies ?
#    À nombre d'étapes égal, puis à temps égal, lequel a la plus petite distance de Fréchet ?
# 2. **Les poids initiaux** de Radford et al. : tous les noyaux tirés selon une loi normale d'écart-type 0,02
#    (`nn.init.normal_(module.weight, 0, 0.02)`). Le début de l'animation change-t-il ? Et la fin ?
# 3. **Une seule coordonnée** : faites varier un nombre de $z$ de -3 à 3, les autres restant fixes. A-t-il un sens que vous sauriez
#    nommer ?
# 4. **Conditionner** : donnez à ce $G$ et à ce $D$ l'étiquette, comme au TP 05. Par où la faire entrer dans un réseau convolutif ?
# 5. **N'augmenter que les vraies** : passez à `discriminator_step` des images déjà transformées par `RandomAffine`, et un $D$ sans
#    cette couche. Que dessine $G$ ?
#
# Travaillez tout en bas du notebook, dans des cellules **neuves** où vous recopiez le code sous d'autres noms. Ne
# copiez pas les cellules elles-mêmes : la correction prendrait la copie pour votre réponse.
#
# **Références** : A. Radford, L. Metz et S. Chintala, *Unsupervised representation learning with deep convolutional generative
# adversarial networks*, ICLR 2016. A. Odena, V. Dumoulin et C. Olah, *Deconvolution and checkerboard artifacts*, Distill, 2016.
# S. Ioffe et C. Szegedy, *Batch normalization*, ICML 2015. T. White, *Sampling generative networks*, 2016. S. Zhao, Z. Liu, J. Lin,
# J.-Y. Zhu et S. Han, *Differentiable augmentation for data-efficient GAN training*, NeurIPS 2020.
