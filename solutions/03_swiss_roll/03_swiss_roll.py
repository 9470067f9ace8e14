# %% [markdown] tags=["badge"]
# [![Ouvrir dans Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/votre_organisation/tp-gan/blob/main/notebooks/03_swiss_roll/03_swiss_roll.ipynb)

# %% [markdown]
# # TP 03 · Le swiss roll : une surface dans l'espace
#
# Deux mille points posés sur une feuille enroulée, comme le gâteau qui lui donne son nom. Chaque point a trois coordonnées,
# et pourtant la feuille est une surface : deux nombres suffisent à dire où l'on s'y trouve. De combien de nombres tirés au
# hasard le générateur a-t-il besoin pour la dessiner ? Vous allez le mesurer, en entraînant trente GAN à la fois.
#
# **Vous allez**
#
# - dessiner un nuage en trois dimensions, et le faire tourner ;
# - reprendre le GAN des TP 01 et 02 pour des points de l'espace, avec un taux d'apprentissage qui descend ;
# - entraîner beaucoup de petits réseaux ensemble, par des produits de matrices groupés ;
# - étudier la dimension latente de 1 à 10, sur plusieurs graines, et expliquer ce que vous voyez.
#
# **Prérequis** : les TP 01 et 02.
#
# **Durée** : environ deux heures de travail.

# %% [markdown] tags=["bareme"]
# **Barème** : 19 points vérifiés automatiquement, 6 corrigés à la main.  
# **Temps de calcul** du corrigé entier : 75 s (budget « cpu »), 18 s (budget « essai »), mesurés sur 2 cœurs.

# %% tags=["installation"]
# Sur Colab, installe le paquet du cours ; ailleurs, cette cellule ne fait rien.
import subprocess
import sys

if "google.colab" in sys.modules:
    archive = "https://github.com/votre_organisation/tp-gan/archive/refs/heads/main.zip"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", f"tp-gan @ {archive}"], check=True)

# %% tags=["preparation"]
import time
from itertools import pairwise

import numpy as np
import torch
from torch import nn

from tp_gan import data, metrics, plots, training

torch.set_num_threads(1)  # d'aussi petits réseaux vont plus vite sur un seul cœur
training.setup(seed=0)

# %% [markdown]
# ## 1. Les données
#
# `make_swiss_roll` de scikit-learn tire un angle $t$ entre $1{,}5\,\pi$ et $4{,}5\,\pi$ et une hauteur $h$ entre 0 et 21,
# tous deux uniformément, et place le point $(t\cos t,\; h,\; t\sin t)$ ; un petit bruit d'écart-type 0,05 s'y ajoute.

# %% tags=["preparation"]
raw = torch.from_numpy(data.swiss_roll(n=2000, noise=0.05, seed=0))
print(f"{tuple(raw.shape)}, {raw.dtype}")
for k, name in enumerate(("x1", "x2", "x3")):
    print(f"{name} : de {raw[:, k].min():5.1f} à {raw[:, k].max():4.1f}, moyenne {raw[:, k].mean():4.1f}")


# %% [markdown]
# ### Question 1 : centrer et réduire
#
# Les poids d'un réseau neuf sont réglés pour des entrées de moyenne nulle et de l'ordre de 1. Nos coordonnées vont jusqu'à 21.
# Apportez votre fonction `standardise` du TP 02 : si elle ne suppose rien du nombre de coordonnées, elle convient telle quelle.

# %% nbgrader={"grade": false, "grade_id": "standardise", "locked": false, "schema_version": 3, "solution": true, "task": false}
def standardise(points):
    """Les points centrés et réduits, forme (n, d), puis la moyenne et l'écart-type de chaque coordonnée."""
    ### BEGIN SOLUTION
    mean, std = points.mean(dim=0), points.std(dim=0)
    return (points - mean) / std, mean, std
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_standardise", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import swiss_roll

swiss_roll.check_standardise(globals())
### BEGIN HIDDEN TESTS
swiss_roll.check_standardise(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# C'est la question 1 du TP 02. Une moyenne et un écart-type par colonne.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `points.mean(dim=0)` et `points.std(dim=0)` ont la forme `(d,)` ; dans `points - mean`, PyTorch les applique à chaque ligne.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `return (points - mean) / std, mean, std`, sans modifier `points` lui-même.
#
# </details>

# %% [markdown]
# Voici nos vraies données pour tout le TP.

# %% tags=["preparation"]
points, mean, std = standardise(raw)


# %% [markdown]
# ### Question 2 : un nuage dans l'espace
#
# matplotlib dessine en trois dimensions dans des axes créés pour cela : `figure.add_subplot(projection="3d")`. (Vous trouverez
# ailleurs `Axes3D(figure)`. Cela suffisait autrefois ; dans les versions actuelles, ces axes ne sont plus ajoutés à la
# figure, et elle reste vide.) Écrivez `draw_cloud(figure, points)`, qui ajoute à la figure reçue des axes 3D, y place
# les points, donne un nom à chacun des trois axes, et renvoie l'objet créé par `add_subplot`.

# %% nbgrader={"grade": false, "grade_id": "draw_cloud", "locked": false, "schema_version": 3, "solution": true, "task": false}
def draw_cloud(figure, points):
    """Dessine les points, de forme (n, 3), dans de nouveaux axes 3D de cette figure ; renvoie ces axes."""
    ### BEGIN SOLUTION
    ax = figure.add_subplot(projection="3d")
    ax.scatter(points[:, 0], points[:, 1], points[:, 2], s=6)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", zlabel="$x_3$")
    return ax
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_draw_cloud", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import swiss_roll

swiss_roll.check_draw_cloud(globals())
### BEGIN HIDDEN TESTS
swiss_roll.check_draw_cloud(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `ax = figure.add_subplot(projection="3d")` crée les axes dans la figure.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `ax.scatter` prend ici trois listes : les abscisses, les ordonnées et les hauteurs, soit les trois colonnes de `points`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `ax.scatter(points[:, 0], …, …)`, puis `ax.set_xlabel(…)`, `ax.set_ylabel(…)`, `ax.set_zlabel(…)`, et `return ax`.
#
# </details>

# %%
figure = plots.empty_figure()
draw_cloud(figure, points).locator_params(nbins=5)  # moins de graduations, pour qu'elles ne se touchent pas
plots.Picture(figure, "Votre figure : les 2000 points du swiss roll, centrés et réduits, vus en trois dimensions.")

# %% [markdown]
# D'un seul point de vue, on devine mal la forme. Faites tourner la figure suivante : en faisant glisser la souris ou le doigt,
# ou au clavier, avec les flèches, après avoir cliqué dans la figure. Trouvez l'angle d'où la feuille se voit par la tranche.

# %%
plots.explore({"réels": points}, title="Le swiss roll, à faire tourner")

# %% [markdown]
# ## 2. Le même jeu, dans l'espace
#
# Rien ne change dans le jeu ; seule `data_dim` passe de 2 à 3. Le bruit et les deux pertes sont ceux du TP 01. Les
# voici, avec les tailles : `hidden_dim` a doublé, la forme étant plus difficile à apprendre.

# %% tags=["preparation"]
latent_dim = 2  # nombres tirés au hasard pour fabriquer un point
hidden_dim = 128  # largeur des couches cachées
data_dim = 3  # coordonnées d'un point


def noise(n):
    return torch.randn(n, latent_dim)


def discriminator_loss(d_real, d_fake):
    bce = nn.BCELoss()
    return bce(d_real, torch.ones_like(d_real)) + bce(d_fake, torch.zeros_like(d_fake))


def generator_loss(d_fake):
    return nn.BCELoss()(d_fake, torch.ones_like(d_fake))


# %% [markdown]
# ### Question 3 : les deux réseaux
#
# Apportez vos deux fonctions du TP 01. Si elles emploient bien leurs arguments, et non des tailles écrites en dur, elles
# conviennent telles quelles.

# %% nbgrader={"grade": false, "grade_id": "make_generator", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_generator(latent_dim, hidden_dim, data_dim, activation):
    """Un nouveau générateur, de trois couches : de (n, latent_dim) vers (n, data_dim)."""
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Linear(latent_dim, hidden_dim),
        activation,
        nn.Linear(hidden_dim, hidden_dim),
        activation,
        nn.Linear(hidden_dim, data_dim),
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_make_generator", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import swiss_roll

swiss_roll.check_make_generator(globals())
### BEGIN HIDDEN TESTS
swiss_roll.check_make_generator(globals(), seed=1)
### END HIDDEN TESTS

# %% nbgrader={"grade": false, "grade_id": "make_discriminator", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_discriminator(data_dim, hidden_dim, activation):
    """Un nouveau discriminateur, de trois couches : de (n, data_dim) vers (n, 1), des probabilités entre 0 et 1."""
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Linear(data_dim, hidden_dim),
        activation,
        nn.Linear(hidden_dim, hidden_dim),
        activation,
        nn.Linear(hidden_dim, 1),
        nn.Sigmoid(),
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_make_discriminator", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import swiss_roll

swiss_roll.check_make_discriminator(globals())
### BEGIN HIDDEN TESTS
swiss_roll.check_make_discriminator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Ce sont les questions 2 et 3 du TP 01.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Trois `nn.Linear` dans un `nn.Sequential`, `activation` après les deux premiers.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Seule la fin les distingue : `nn.Linear(hidden_dim, data_dim)` pour G ; `nn.Linear(hidden_dim, 1), nn.Sigmoid()` pour D.
#
# </details>

# %% [markdown]
# ### Question 4 : un pas pour chacun
#
# Apportez de même `discriminator_step` et `generator_step`, vos deux pas du TP 01. Ils emploient `noise` et les deux pertes
# ci-dessus ; celle de $G$ reste la perte non saturante.

# %% nbgrader={"grade": false, "grade_id": "discriminator_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def discriminator_step(generator, discriminator, optimizer, real):
    """Un pas d'apprentissage de D sur ces points réels et autant de faux ; renvoie sa perte."""
    ### BEGIN SOLUTION
    fake = generator(noise(len(real))).detach()
    loss = discriminator_loss(discriminator(real), discriminator(fake))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_discriminator_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import swiss_roll

swiss_roll.check_discriminator_step(globals())
### BEGIN HIDDEN TESTS
swiss_roll.check_discriminator_step(globals(), seed=1)
### END HIDDEN TESTS

# %% nbgrader={"grade": false, "grade_id": "generator_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def generator_step(generator, discriminator, optimizer, batch_size):
    """Un pas d'apprentissage de G sur batch_size faux ; renvoie sa perte."""
    ### BEGIN SOLUTION
    loss = generator_loss(discriminator(generator(noise(batch_size))))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_generator_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import swiss_roll

swiss_roll.check_generator_step(globals())
### BEGIN HIDDEN TESTS
swiss_roll.check_generator_step(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Ce sont les questions 6 et 7 du TP 01.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `detach()` dans le pas de D, jamais dans celui de G.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# À la fin de chacun : `optimizer.zero_grad()`, `loss.backward()`, `optimizer.step()`, `return loss.item()`.
#
# </details>

# %% [markdown]
# ### Question 5 : la boucle, et un taux qui descend
#
# Une feuille mince est plus difficile à dessiner qu'un nuage épais. Or, avec un taux d'apprentissage constant, les deux
# réseaux se poursuivent sans fin, et les faux ne se posent jamais tout à fait. Au TP 02, vous avez fini le
# travail avec un taux dix fois plus petit. Allons au bout de l'idée : ici, le taux descend en ligne droite, à chaque étape,
# jusqu'à 0.
#
# PyTorch appelle *scheduler* l'objet qui règle le taux d'un optimiseur : chaque appel à `scheduler.step()` le fait avancer
# d'un cran. Reprenez votre boucle, et ajoutez-y, **à la fin de chaque étape**, un `step()` pour chacun des `schedulers`.

# %% nbgrader={"grade": false, "grade_id": "train", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train(generator, discriminator, optimizer_g, optimizer_d, data, run, batch_size=100, schedulers=()):
    """Entraîne D et G à tour de rôle, un pas chacun à chaque étape de `run`, puis un pas de chaque scheduler.

    data : tous les points réels, forme (N, data_dim). À chaque étape, un lot de batch_size points est tiré au hasard.
    """
    ### BEGIN SOLUTION
    for step in run:
        real = data[torch.randint(len(data), (batch_size,))]
        loss_d = discriminator_step(generator, discriminator, optimizer_d, real)
        loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)
        for scheduler in schedulers:
            scheduler.step()
        run.log(loss_d=loss_d, loss_g=loss_g)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_train", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import swiss_roll

swiss_roll.check_train(globals())
### BEGIN HIDDEN TESTS
swiss_roll.check_train(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Votre boucle du TP 01 convient ; il n'y manque que les schedulers.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `data[torch.randint(len(data), (batch_size,))]` tire un lot avec remise, en une fois.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Après les deux pas, dans la boucle : `for scheduler in schedulers:`, puis `scheduler.step()`.
#
# </details>

# %% [markdown]
# ## 3. Apprendre la feuille
#
# Les deux optimiseurs commencent à `lr = 0.004` : quatre fois le taux du TP 01. On peut se le permettre, puisqu'il décroît.

# %%
training.set_seed(0)
leaky = nn.LeakyReLU(0.2)
generator = make_generator(latent_dim, hidden_dim, data_dim, leaky)
discriminator = make_discriminator(data_dim, hidden_dim, leaky)
steps = training.by_budget(essai=3000, cpu=8000, gpu=8000)
optimizers, schedulers = [], []
for network in (generator, discriminator):
    # fused : le même Adam, en une seule opération.
    optimizer = torch.optim.Adam(network.parameters(), lr=4e-3, betas=(0.5, 0.999), fused=True)
    optimizers.append(optimizer)
    schedulers.append(torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps))

fixed_noise = noise(500)
run = training.Run(steps, sample=lambda: generator(fixed_noise), real=points[:500])
train(generator, discriminator, *optimizers, points, run, schedulers=schedulers)

# %% [markdown]
# La vérification juge deux mille points nouveaux, avec les mesures du TP 02 : la **précision** est la part des faux qui tombent
# près des vrais, le **rappel** la part des vrais près desquels tombe un faux. Il faut ici une précision d'au moins 0,45, un
# rappel d'au moins 0,4, et une distance d'énergie sous 0,15. Un bon essai fait bien mieux.

# %% nbgrader={"grade": true, "grade_id": "check_generator", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import swiss_roll

swiss_roll.check_generator(globals())
### BEGIN HIDDEN TESTS
swiss_roll.check_generator(globals(), seed=1)
### END HIDDEN TESTS

# %%
plots.animation(run.snapshots, points[:500], title="La feuille se forme")

# %%
with torch.no_grad():
    generated = generator(noise(1000))
plots.explore({"réels": points[:1000], "générés": generated}, title="Mille vrais, mille faux")


# %% [markdown]
# ### Que valent ces points ?
#
# Mesurons, sur de vrais points que $D$ n'a jamais vus. Pour lire les nombres, il faut des repères : un second tirage de
# vrais points donne ce qu'on peut espérer de mieux ; un simple nuage gaussien, de même moyenne et de même écart-type
# que les données, donne ce qu'on obtient sans rien avoir appris de la feuille.

# %% tags=["preparation"]
def fresh(n, seed):
    """De nouveaux vrais points, à la même échelle que `points`."""
    return (torch.from_numpy(data.swiss_roll(n=n, noise=0.05, seed=seed)) - mean) / std


def measure(cloud, real):
    return (metrics.energy_distance(real, cloud), *metrics.precision_recall(real, cloud))


# %%
real = fresh(2000, seed=1)
with torch.no_grad():
    clouds = {"G": generator(noise(2000)), "vrais points": fresh(2000, seed=2), "nuage gaussien": torch.randn(2000, 3)}
for name, cloud in clouds.items():
    distance, precision, recall = measure(cloud, real)
    print(f"{name:15} distance d'énergie {distance:.4f}   précision {precision:.2f}   rappel {recall:.2f}")


# %% [markdown]
# Le nuage gaussien mérite qu'on s'y arrête : sa distance d'énergie est petite, et son rappel élevé, puisqu'il y a des faux
# partout. Seule la précision le démasque vraiment. Aucune de ces mesures ne suffit seule ; ensemble, elles disent l'essentiel.
#
# Un seul entraînement ne prouve rien. En voici vingt avec la même recette, et vingt à taux constant
# (`tools/study.py roll`) :
#
# | vingt entraînements de 8 000 étapes | précision, médiane (pire) | rappel, médiane (pire) | distance d'énergie, médiane (pire) |
# |---|---|---|---|
# | taux qui descend jusqu'à 0 | 0,93 (0,90) | 0,95 (0,73) | 0,006 (0,079) |
# | taux constant | 0,89 (0,78) | 0,76 (0,54) | 0,047 (0,132) |
#
# Pris un à un, les points sont à peine meilleurs (la précision) ; c'est leur **répartition** sur la feuille (le rappel, la
# distance) que la baisse du taux améliore. À taux constant, cette répartition bouge encore quand on s'arrête.

# %% [markdown]
# ## 4. Trente GAN à la fois
#
# Que se passe-t-il si `latent_dim` vaut 1 ? Ou 10 ? Pour répondre, il faut dix valeurs, et trois graines pour chacune :
# trente entraînements. L'un après l'autre, ce serait long. Or nos réseaux sont si petits que l'ordinateur passe une
# bonne part du temps à préparer ses calculs, et non à calculer. Le remède : faire les trente **ensemble**. Au lieu de trente
# tableaux de forme `(n, entrées)`, on en prend un seul, de forme `(runs, n, entrées)`, `runs` étant le nombre de réseaux.
#
# ### Question 6 : une couche pour tous
#
# La couche du réseau $r$ calcule $y_r = x_r W_r + b_r$. Écrivez `batched_linear(x, weight, bias)`, qui le fait pour tous
# les réseaux à la fois, sans boucle : `x` de forme `(runs, n, entrées)`, `weight` de forme `(runs, entrées, sorties)`, `bias` de forme
# `(runs, 1, sorties)`.

# %% nbgrader={"grade": false, "grade_id": "batched_linear", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batched_linear(x, weight, bias):
    """x[r] @ weight[r] + bias[r] pour chaque réseau r : forme (runs, n, sorties)."""
    ### BEGIN SOLUTION
    return torch.baddbmm(bias, x, weight)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_batched_linear", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import swiss_roll

swiss_roll.check_batched_linear(globals())
### BEGIN HIDDEN TESTS
swiss_roll.check_batched_linear(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Pour des tenseurs à trois dimensions, `@` fait un produit de matrices pour chaque indice de la première.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# La taille 1 au milieu de la forme de `bias` lui permet de s'ajouter à chacun des n points.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `return x @ weight + …` ; ou `torch.baddbmm(bias, x, weight)`, qui fait les deux en un seul appel, plus vite.
#
# </details>

# %% [markdown]
# ### Question 7 : un réseau pour tous
#
# `layers` est la liste des couches, chacune un couple `(weight, bias)`. Écrivez `batched_network(layers, x)` : les couches l'une
# après l'autre, avec `LeakyReLU(0.2)` après chacune **sauf la dernière**. Cette fonction servira pour $G$ comme pour $D$ ; la
# sigmoïde de $D$ sera comprise dans la perte.

# %% nbgrader={"grade": false, "grade_id": "batched_network", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batched_network(layers, x):
    """La sortie de tous les réseaux : de (runs, n, entrées) vers (runs, n, sorties).

    layers : une liste de couples (weight, bias), un par couche, comme les prend batched_linear.
    """
    ### BEGIN SOLUTION
    for weight, bias in layers[:-1]:
        x = nn.functional.leaky_relu(batched_linear(x, weight, bias), 0.2)
    return batched_linear(x, *layers[-1])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_batched_network", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import swiss_roll

swiss_roll.check_batched_network(globals())
### BEGIN HIDDEN TESTS
swiss_roll.check_batched_network(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Une boucle sur les couches ; la sortie de l'une est l'entrée de la suivante.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `nn.functional.leaky_relu(y, 0.2)` est la fonction ; `nn.LeakyReLU(0.2)` est un module, à construire avant de l'appeler.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `for weight, bias in layers[:-1]:` pour toutes les couches sauf la dernière, puis `batched_linear(x, *layers[-1])`, sans activation.
#
# </details>

# %% [markdown]
# ### Question 8 : une perte pour tous
#
# Nous voulons que chaque réseau apprenne comme s'il était seul. Chacun a sa perte $L_r$, la moyenne d'une entropie croisée
# sur **ses** $n$ points, et ses poids $\theta_r$. Prenons pour perte commune la **somme** sur les réseaux :
#
# $$L = \sum_r L_r, \qquad \frac{\partial L}{\partial \theta_r} = \frac{\partial L_r}{\partial \theta_r}$$
#
# puisque les autres pertes ne dépendent pas de $\theta_r$. Avec la moyenne, chaque gradient serait divisé par `runs` : un réseau
# apprendrait d'autant moins vite qu'il est en nombreuse compagnie. (Adam, qui divise le gradient par sa propre taille, le
# remarquerait à peine ; la descente de gradient simple, elle, serait ralentie d'autant.)
#
# Les **logits** sont les sorties de $D$ avant la sigmoïde $\sigma$. Écrivez `batched_loss(logits, label)` : la somme, sur les
# réseaux, de la moyenne, sur les points, de l'entropie croisée entre $\sigma(\text{logits})$ et l'étiquette `label`, 0 ou 1.
# Elle doit rester finie même pour un logit de 60, dont la sigmoïde, arrondie par l'ordinateur, vaut exactement 1.

# %% nbgrader={"grade": false, "grade_id": "batched_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batched_loss(logits, label):
    """La somme des pertes de tous les réseaux, un tenseur à un seul nombre.

    logits : la sortie de D avant la sigmoïde, forme (runs, n, 1). label : 1 ou 0, l'étiquette de tous ces points.
    """
    ### BEGIN SOLUTION
    labels = torch.full_like(logits, label)
    losses = nn.functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")
    return losses.mean(dim=(1, 2)).sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_batched_loss", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import swiss_roll

swiss_roll.check_batched_loss(globals())
### BEGIN HIDDEN TESTS
swiss_roll.check_batched_loss(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `nn.functional.binary_cross_entropy_with_logits` contient la sigmoïde ; l'étiquette doit avoir la forme des logits.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `reduction="none"` garde une valeur par point ; on choisit ensuite soi-même où prendre la moyenne et où la somme.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `losses.mean(dim=(1, 2))` donne une perte par réseau ; il reste à les additionner.
#
# </details>

# %% [markdown]
# ### Question 9 : des bruits de dimensions différentes
#
# Pour tenir dans un même tenseur, tous les bruits doivent avoir la même taille : la plus grande. Au réseau $r$, qui n'a droit qu'à
# `latent_dims[r]` nombres, on donne des **zéros** à la place des autres : une entrée toujours nulle n'apporte rien à la couche
# qui la reçoit, c'est comme si elle n'existait pas. Écrivez `masked_noise(latent_dims, n)`.

# %% nbgrader={"grade": false, "grade_id": "masked_noise", "locked": false, "schema_version": 3, "solution": true, "task": false}
def masked_noise(latent_dims, n):
    """Du bruit normal de forme (runs, n, max(latent_dims)), nul à partir de la composante latent_dims[r] du réseau r.

    latent_dims : un tenseur d'entiers de forme (runs,), la dimension latente de chaque réseau.
    """
    ### BEGIN SOLUTION
    largest = int(latent_dims.max())
    used = torch.arange(largest) < latent_dims[:, None]
    return torch.randn(len(latent_dims), n, largest) * used[:, None]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_masked_noise", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import swiss_roll

swiss_roll.check_masked_noise(globals())
### BEGIN HIDDEN TESTS
swiss_roll.check_masked_noise(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Tirez d'abord tout le bruit, de forme `(runs, n, le plus grand)` ; effacez ensuite ce qui est de trop.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Avec `largest = int(latent_dims.max())`, `torch.arange(largest) < latent_dims[:, None]` est un tableau de booléens de forme `(runs, largest)` : la composante est-elle utilisée ?
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Multipliez le bruit par ce tableau, après lui avoir donné une dimension au milieu : `used[:, None]` a la forme `(runs, 1, largest)`.
#
# </details>

# %% [markdown]
# Il ne manque que des poids de départ, tirés comme le fait `nn.Linear` (plus une couche a d'entrées, plus ils sont petits ;
# seules comptent celles qui servent), et une boucle. Vous la connaissez : c'est la vôtre, avec vos fonctions groupées à la place
# des réseaux.

# %% tags=["preparation"]
def new_layers(runs, sizes):
    """Des poids neufs pour `runs` réseaux, uniformes entre plus et moins 1 / racine(entrées), comme ceux de nn.Linear."""
    layers = []
    for inputs, outputs in pairwise(sizes):
        bound = inputs**-0.5
        shapes = (runs, inputs, outputs), (runs, 1, outputs)
        layers.append([torch.empty(shape).uniform_(-bound, bound).requires_grad_() for shape in shapes])
    return layers


def train_many(latent_dims, steps, lr=8e-3, hidden_dim=64, batch_size=100, rate=lambda share: 1 - share):
    """Entraîne un GAN par valeur de latent_dims, tous ensemble ; renvoie les couches des générateurs.

    rate : le facteur du taux d'apprentissage, selon la part du chemin déjà faite.
    """
    runs, largest = len(latent_dims), int(latent_dims.max())
    g = new_layers(runs, [largest, hidden_dim, hidden_dim, data_dim])
    with torch.no_grad():  # la première couche de G ne compte que les entrées qui servent
        for tensor in g[0]:
            tensor *= (largest / latent_dims[:, None, None]).sqrt()
    d = new_layers(runs, [data_dim, hidden_dim, hidden_dim, 1])
    weights_g, weights_d = ([tensor for layer in layers for tensor in layer] for layers in (g, d))
    adam_g, adam_d = (torch.optim.Adam(w, lr=lr, betas=(0.5, 0.999), fused=True) for w in (weights_g, weights_d))
    schedulers = [torch.optim.lr_scheduler.LambdaLR(o, lambda step: rate(step / steps)) for o in (adam_g, adam_d)]

    watched = masked_noise(latent_dims, 500)
    run = training.Run(steps, sample=lambda: batched_network(g, watched)[0], real=points[:500])
    for step in run:
        real = points[torch.randint(len(points), (runs, batch_size))]
        fake = batched_network(g, masked_noise(latent_dims, batch_size)).detach()
        loss_d = batched_loss(batched_network(d, real), 1) + batched_loss(batched_network(d, fake), 0)
        adam_d.zero_grad()
        loss_d.backward()
        adam_d.step()

        fake = batched_network(g, masked_noise(latent_dims, batch_size))
        loss_g = batched_loss(batched_network(d, fake), 1)
        adam_g.zero_grad()
        loss_g.backward(inputs=weights_g)  # le gradient de D ne sert pas ici : on ne le calcule pas
        adam_g.step()

        for scheduler in schedulers:
            scheduler.step()
        run.log(loss_d=loss_d / runs, loss_g=loss_g / runs)
    return g


# %% [markdown]
# Est-ce le même calcul, et que gagne-t-on ? Trente discriminateurs notent chacun cent points et calculent leur gradient,
# ensemble, puis l'un après l'autre.

# %%
layers, x = new_layers(30, [data_dim, 64, 64, 1]), torch.randn(30, 100, data_dim)
alone = [[(weight[r : r + 1], bias[r : r + 1]) for weight, bias in layers] for r in range(30)]
start = time.perf_counter()
for _ in range(50):
    together = batched_network(layers, x)
    batched_loss(together, 1).backward()
batched = time.perf_counter() - start
start = time.perf_counter()
for _ in range(50):
    one_by_one = [batched_network(alone[r], x[r : r + 1]) for r in range(30)]
    for logits in one_by_one:
        batched_loss(logits, 1).backward()
looped = time.perf_counter() - start
print(f"plus grand écart entre les deux résultats : {(together - torch.cat(one_by_one)).abs().max():.0e}")
print(f"ensemble {20 * batched:.1f} ms, l'un après l'autre {20 * looped:.1f} ms")

# %% [markdown]
# ## 5. De combien de nombres G a-t-il besoin ?
#
# L'étude : `latent_dim` de 1 à 10, trois graines pour chaque valeur, trente GAN en tout. Avant de la lancer, faites un pari :
# quelle valeur sera la meilleure ? La vue en direct montre le premier des trente, pour qui `latent_dim` vaut 1.
# (Pour aller vite, ces réseaux sont deux fois plus étroits que ceux de la section 3, et entraînés moins longtemps.)

# %%
training.set_seed(0)
repeats = 3
dims = torch.tensor(training.by_budget(essai=[1, 2, 10], cpu=list(range(1, 11)), gpu=list(range(1, 11))))
latent_dims = dims.repeat_interleave(repeats)
generators = train_many(latent_dims, steps=training.by_budget(essai=1000, cpu=5000, gpu=5000))

# %% [markdown]
# Mille points de chacun, mesurés contre mille vrais points neufs. Chaque marque est un entraînement ; la ligne passe par la
# médiane des trois graines, et la bande va de la moins bonne à la meilleure.

# %%
with torch.no_grad():
    clouds = batched_network(generators, masked_noise(latent_dims, 1000))
real = fresh(1000, seed=3)
scores = np.array([measure(cloud, real) for cloud in clouds]).reshape(len(dims), repeats, 3)
distances, precisions, recalls = scores.transpose(2, 1, 0)
plots.spread(
    dims,
    {"précision": precisions, "rappel": recalls},
    "latent_dim",
    "part des points",
    "Précision et rappel selon la dimension latente",
)

# %%
plots.spread(
    dims,
    {"distance d'énergie": distances},
    "latent_dim",
    "distance d'énergie",
    "Distance selon la dimension latente",
    logy=True,
)

# %% [markdown]
# ### Question 10 : combien suffisent ?
#
# Quelle est la plus petite valeur de `latent_dim` avec laquelle $G$ couvre la feuille, d'après vos figures ? Donnez un nombre.
# (Avec le budget « essai », ces entraînements sont trop courts pour le montrer : lisez le tableau de la question 11.)

# %% nbgrader={"grade": false, "grade_id": "enough", "locked": false, "schema_version": 3, "solution": true, "task": false}
enough = None
### BEGIN SOLUTION
enough = 2  # autant que la feuille : on s'y repère par l'angle et la hauteur
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_enough", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import swiss_roll

swiss_roll.check_enough(globals())
### BEGIN HIDDEN TESTS
swiss_roll.check_enough(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# « Couvrir », c'est le rappel qui le mesure.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Cherchez le saut : de quelle valeur à quelle valeur le rappel passe-t-il de presque rien à presque tout ?
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# La réponse n'est pas le nombre de coordonnées des points, mais le nombre de directions où l'on peut se déplacer sur la feuille.
#
# </details>

# %% [markdown]
# Regardons ce que font les générateurs. D'abord les trois premiers de l'étude, pour qui `latent_dim` vaut 1 : faisons
# parcourir à $z$ toutes ses valeurs, des plus petites (sombres) aux plus grandes (claires). Comme $G$ est continu, l'image de
# chacun est une courbe.

# %%
z = torch.zeros(len(latent_dims), 2001, int(latent_dims.max()))
z[:, :, 0] = torch.special.ndtri(torch.linspace(0.001, 0.999, 2001))  # les quantiles de la loi normale
with torch.no_grad():
    curves = batched_network(generators, z)
shown = {f"graine {r}": curves[r : r + 1] for r in range(repeats)}
plots.explore({"réels": points[:700], **shown}, title="latent_dim = 1 : des courbes")

# %% [markdown]
# Décochez-en sous la figure pour les suivre une à une. Chacune longe la feuille par endroits et la quitte ailleurs : d'où une
# précision médiocre. Aucune ne la couvre, et presque tous les vrais points restent à l'écart : d'où un rappel presque nul.
#
# Puis le générateur de la section 3, pour qui `latent_dim` vaut 2. On quadrille le plan des $z$, et l'on dessine l'image du
# quadrillage : toutes les mailles sont aussi probables les unes que les autres. Là où elles sont petites, les faux sont serrés ;
# une grande maille, qui traverse le vide, n'en reçoit pas plus qu'une autre, et ils y sont rares.

# %%
levels = torch.special.ndtri(torch.linspace(0.01, 0.99, 51))
grid = torch.stack(torch.meshgrid(levels, levels, indexing="ij"), dim=-1)
with torch.no_grad():
    net = generator(grid)
plots.explore({"réels": points[:700], "G(z)": net}, title="latent_dim = 2 : une nappe")

# %% [markdown]
# Trois graines ne font pas une loi. En voici vingt par valeur (`tools/study.py latent`) :
#
# | `latent_dim` | précision, médiane (pire) | rappel, médiane (pire) | distance d'énergie, médiane (pire) |
# |---|---|---|---|
# | 1 | 0,61 (0,38) | 0,005 (0,000) | 0,211 (1,910) |
# | 2 | 0,92 (0,75) | 0,90 (0,65) | 0,010 (0,074) |
# | 3 | 0,92 (0,89) | 0,95 (0,72) | 0,025 (0,079) |
# | 5 | 0,92 (0,89) | 0,97 (0,90) | 0,025 (0,051) |
# | 10 | 0,93 (0,88) | 0,96 (0,78) | 0,037 (0,107) |
#
# ### Question 11 (corrigée à la main)
#
# Expliquez, figures à l'appui, ce qui change entre `latent_dim = 1` et `latent_dim = 2`. Pourquoi le rappel est-il presque nul
# pour 1, alors que la précision ne l'est pas ? Un entraînement plus long y changerait-il quelque chose ? Et pourquoi la
# troisième coordonnée des points ne demande-t-elle pas un troisième nombre ?

# %% [markdown] nbgrader={"grade": true, "grade_id": "why_two", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** Avec un seul nombre, $G$, qui est continu (et même affine par morceaux), envoie une droite sur une
# courbe : elle peut serpenter sur la feuille et passer près de bien des points, mais elle n'a pas d'aire (1 point). Les faux
# qui s'y trouvent peuvent être plausibles, d'où une précision non nulle ; mais ils sont serrés les uns contre les autres le
# long de la courbe, et presque aucun vrai point n'est à portée de l'un d'eux : le rappel s'effondre. Un entraînement plus
# long peut replier davantage la courbe, sans jamais en faire une surface (1 point). La feuille est une surface : l'angle et
# la hauteur y fixent un point, et ses trois coordonnées s'en déduisent. Deux nombres suffisent donc, et $G$ apprend à enrouler
# le plan des $z$ ; le bruit d'écart-type 0,05 donne à la feuille une épaisseur, trop petite ici pour compter (1 point).

# %% [markdown]
# ### Question 12 (corrigée à la main)
#
# Un camarade n'a entraîné qu'un réseau par valeur de `latent_dim`. Il annonce : « La meilleure valeur est 9 : c'est là que ma
# distance d'énergie est la plus petite ; et comme mon rappel y dépasse celui que j'ai pour 2, plus `latent_dim` est grand, mieux
# c'est. » Que lui répondez-vous, d'après vos figures et le tableau ? Et pour des photos de visages, dont personne ne connaît
# la dimension, comment choisiriez-vous `latent_dim` ?

# %% [markdown] nbgrader={"grade": true, "grade_id": "choosing", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** D'une graine à l'autre, à `latent_dim` égal, les mesures varient autant qu'entre deux valeurs
# voisines : avec une seule graine, le « meilleur » est celui qui a eu de la chance, et un autre tirage en désignerait un
# autre (1 point). Entre 2 et 10, la précision et le rappel médians gagnent au plus sept centièmes, moins que ce qui peut
# séparer deux graines, et la distance d'énergie augmente plutôt (0,010 pour 2, 0,025 à 0,037 au-delà) : « plus `latent_dim`
# est grand, mieux c'est » n'est pas ce qu'on mesure (1 point). Pour des photos, on ne peut pas lire la dimension : on essaie
# plusieurs valeurs, plusieurs graines chacune, et l'on mesure. Le prix des deux erreurs n'est pas le même : trop peu de
# nombres interdit de couvrir les données, quoi qu'on fasse ; un peu trop coûte peu. On prend donc plutôt large, d'où les 100
# nombres que l'on rencontre souvent (1 point).

# %% [markdown]
# ## Ce qu'il faut retenir
#
# - Un GAN ne connaît ni la droite, ni le plan, ni l'espace : seules changent les tailles. Ce qui compte, c'est la dimension de la
#   forme, pas celle de l'espace où elle est posée.
# - Trop peu de nombres dans $z$, et $G$ ne peut pas couvrir les données : le rappel le dit. Au-delà de ce qu'il faut, on ne
#   gagne plus guère.
# - De grands pas pour aller vite, de petits pour finir : le taux d'apprentissage qui descend pose les points sur la feuille.
# - Une mesure se lit avec ses repères (deux tirages du vrai, un nuage sans forme) et avec sa dispersion sur plusieurs graines.
# - De petits réseaux s'entraînent ensemble, par produits groupés, sans se gêner si leurs pertes s'additionnent.
#
# **Pour rendre ce TP** : redémarrez le noyau, exécutez tout du début à la fin, enregistrez, et lancez la validation
# (bouton « Validate » de JupyterLab) : elle rejoue chaque vérification. Puis déposez le fichier `03_swiss_roll.ipynb`, sans changer son nom.
#
# ## Pour aller plus loin (facultatif)
#
# 1. **La largeur** : refaites l'étude avec `hidden_dim = 16`, puis 256. Qui, de la largeur ou de la dimension latente, limite
#    $G$ ?
# 2. **Le cercle** : il est de dimension 1. Que donne `latent_dim = 1` pour lui, et pourquoi reste-t-il une couture ? (Une
#    droite n'est pas un cercle.)
# 3. **Les pertes** : remplacez la somme de `batched_loss` par une moyenne, avec `torch.optim.SGD` puis avec Adam. Lequel des deux le
#    remarque ?
# 4. **L'autre remède** : plutôt que de faire descendre le taux, on garde souvent une moyenne mobile des poids de $G$
#    (`torch.optim.swa_utils.AveragedModel`). Comparez.
#
# Travaillez tout en bas du notebook, dans des cellules **neuves** où vous recopiez le code sous d'autres noms. Ne
# copiez pas les cellules elles-mêmes : la correction prendrait la copie pour votre réponse.
#
# **Références** : S. Marsland, *Machine Learning: An Algorithmic Perspective*, 2e éd., 2014 (chapitre 6 : le swiss roll de
# scikit-learn) ; T. Kynkäänniemi et al., *Improved Precision and Recall Metric for Assessing Generative Models*, NeurIPS 2019.
