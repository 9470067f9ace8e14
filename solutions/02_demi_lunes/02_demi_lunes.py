# %% [markdown] tags=["badge"]
# [![Ouvrir dans Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/votre_organisation/tp-gan/blob/main/notebooks/02_demi_lunes/02_demi_lunes.ipynb)

# %% [markdown]
# # TP 02 · Les demi-lunes : mesurer, et voir G s'effondrer
#
# Deux demi-lunes enlacées au lieu d'un cercle : vos pas du TP 01 resservent tels quels, et votre boucle à un réglage près. La
# question change : quand peut-on dire qu'un générateur a **bien** appris ? L'œil se contente de peu, et les pertes n'en disent
# rien. Vous allez donc construire des instruments de mesure, puis provoquer la panne la plus connue des GAN, l'*effondrement
# des modes*, la voir, la mesurer, et la soigner.
#
# **Vous allez**
#
# - centrer et réduire des données ;
# - reprendre vos deux pas, et écrire une boucle où chaque réseau peut faire plusieurs pas ;
# - écrire une distance entre deux nuages de points, et savoir à partir de quelle valeur elle est petite ;
# - écrire la précision et le rappel d'un générateur ;
# - provoquer un effondrement, comprendre pourquoi il se produit, et comparer trois remèdes.
#
# **Prérequis** : le TP 01.
#
# **Durée** : environ deux heures de travail.

# %% [markdown] tags=["bareme"]
# **Barème** : 22 points vérifiés automatiquement, 5 corrigés à la main.  
# **Temps de calcul** du corrigé entier : 27 s (budget « cpu »), 22 s (budget « essai »), mesurés sur 2 cœurs.

# %% tags=["installation"]
# Sur Colab, installe le paquet du cours ; ailleurs, cette cellule ne fait rien.
import subprocess
import sys

if "google.colab" in sys.modules:
    archive = "https://github.com/votre_organisation/tp-gan/archive/refs/heads/main.zip"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", f"tp-gan @ {archive}"], check=True)

# %% tags=["preparation"]
import copy
import math

import torch
from torch import nn

from tp_gan import data, metrics, plots, training

torch.set_num_threads(1)  # d'aussi petits réseaux vont plus vite sur un seul cœur
training.setup(seed=0)

# %% [markdown]
# ## 1. Les données
#
# Mille points sur deux demi-lunes, avec un peu de bruit autour des deux courbes.

# %% tags=["preparation"]
raw = torch.from_numpy(data.two_moons(n=1000, noise=0.05, seed=0))

# %%
for name, values in {"abscisses": raw[:, 0], "ordonnées": raw[:, 1]}.items():
    print(f"{name} : moyenne {values.mean():+.2f}, écart-type {values.std():.2f}")
plots.scatter(raw, title="Mille points sur deux demi-lunes")


# %% [markdown]
# Le cercle était centré en 0 et de rayon 1. Ici les deux coordonnées n'ont ni la même moyenne, ni la même dispersion. Or un
# réseau neuf produit des nombres proches de 0, et attend des entrées de l'ordre de 1 : c'est pour ces tailles que ses poids
# initiaux et les taux d'apprentissage usuels sont faits. On **centre** et on **réduit** donc chaque coordonnée :
#
# $$x' = \frac{x - m}{s}$$
#
# où $m$ est la moyenne et $s$ l'écart-type de cette coordonnée sur les données. La même échelle servira pour tout ce qui suit.
#
# ### Question 1 : centrer et réduire
#
# Écrivez `standardise(points)`, qui renvoie trois tenseurs : les points centrés et réduits, puis les moyennes, puis les
# écarts-types, une valeur par coordonnée. Les points reçus ne doivent pas changer.

# %% nbgrader={"grade": false, "grade_id": "standardise", "locked": false, "schema_version": 3, "solution": true, "task": false}
def standardise(points):
    """Les points centrés et réduits, forme (n, d), puis la moyenne et l'écart-type de chaque coordonnée."""
    ### BEGIN SOLUTION
    mean, std = points.mean(dim=0), points.std(dim=0)
    return (points - mean) / std, mean, std
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_standardise", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import demi_lunes

demi_lunes.check_standardise(globals())
### BEGIN HIDDEN TESTS
demi_lunes.check_standardise(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Une moyenne **par coordonnée**, c'est une moyenne par colonne : deux nombres pour des points du plan, et non un seul.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `points.mean(dim=0)` fait la moyenne sur les lignes. `points.std(dim=0)` donne les écarts-types.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `mean, std = points.mean(dim=0), points.std(dim=0)`, puis `return (points - mean) / std, mean, std`.
#
# </details>

# %% [markdown]
# Avec vos trois valeurs de retour, on met à la même échelle tout ce qui servira de comparaison : une **réserve** de 20 000
# autres vrais points, que les réseaux ne verront jamais, et les deux demi-lunes sans bruit, `upper` (celle du haut) et
# `lower` (celle du bas).

# %% tags=["preparation"]
points, mean, std = standardise(raw)

reserve = (torch.from_numpy(data.two_moons(n=20000, noise=0.05, seed=1)) - mean) / std
angle = torch.linspace(0, math.pi, 200)
upper = (torch.stack([angle.cos(), angle.sin()], dim=1) - mean) / std
lower = (torch.stack([1 - angle.cos(), 0.5 - angle.sin()], dim=1) - mean) / std


def draw(points, n):
    """n points pris au hasard parmi ceux-ci, sans remise."""
    return points[torch.randperm(len(points))[:n]]


# %% [markdown]
# ## 2. La boucle, avec un réglage de plus
#
# Les réseaux sont ceux du TP 01, avec la recette qui y a réussi : trois couches, `LeakyReLU(0.2)`, Adam avec
# `betas=(0.5, 0.999)`. $D$ finit par une sigmoïde. (`fused=True` ne change que la vitesse d'Adam.)

# %% tags=["preparation"]
latent_dim = 2  # nombres tirés au hasard pour fabriquer un point
hidden_dim = 64  # largeur des couches cachées


def noise(n):
    return torch.randn(n, latent_dim)


def mlp(inputs, outputs, *end):
    return nn.Sequential(
        nn.Linear(inputs, hidden_dim),
        nn.LeakyReLU(0.2),
        nn.Linear(hidden_dim, hidden_dim),
        nn.LeakyReLU(0.2),
        nn.Linear(hidden_dim, outputs),
        *end,
    )


def new_gan():
    """Deux réseaux neufs et leurs optimiseurs : generator, discriminator, optimizer_g, optimizer_d."""
    generator, discriminator = mlp(latent_dim, 2), mlp(2, 1, nn.Sigmoid())
    optimizer_g, optimizer_d = (
        torch.optim.Adam(network.parameters(), lr=1e-3, betas=(0.5, 0.999), fused=True)
        for network in (generator, discriminator)
    )
    return generator, discriminator, optimizer_g, optimizer_d


def sample(generator, n):
    with torch.no_grad():
        return generator(noise(n))


# %% [markdown]
# ### Question 2 : les deux pas
#
# Reprenez `discriminator_step` et `generator_step` du TP 01. Les deux fonctions de perte ne sont pas fournies : recopiez
# chacune des vôtres dans la cellule du pas qui s'en sert, ou écrivez les pertes dans les pas. Comme au TP 01, celle de $D$ est
# la **somme** des deux entropies croisées, et celle de $G$ est la perte non saturante :
#
# $$L_D = -\frac{1}{n}\sum_i \log D(x_i) - \frac{1}{n}\sum_i \log\big(1 - D(G(z_i))\big) \qquad
# L_G = -\frac{1}{n}\sum_i \log D(G(z_i))$$

# %% nbgrader={"grade": false, "grade_id": "discriminator_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def discriminator_step(generator, discriminator, optimizer, real):
    """Un pas d'apprentissage de D ; renvoie sa perte.

    optimizer : l'optimiseur de D. real : un lot de points réels, forme (n, 2).
    """
    ### BEGIN SOLUTION
    d_real, d_fake = discriminator(real), discriminator(generator(noise(len(real))).detach())
    bce = nn.BCELoss()
    loss = bce(d_real, torch.ones_like(d_real)) + bce(d_fake, torch.zeros_like(d_fake))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_discriminator_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import demi_lunes

demi_lunes.check_discriminator_step(globals())
### BEGIN HIDDEN TESTS
demi_lunes.check_discriminator_step(globals(), seed=1)
### END HIDDEN TESTS

# %% nbgrader={"grade": false, "grade_id": "generator_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def generator_step(generator, discriminator, optimizer, batch_size):
    """Un pas d'apprentissage de G ; renvoie sa perte. optimizer : l'optimiseur de G."""
    ### BEGIN SOLUTION
    d_fake = discriminator(generator(noise(batch_size)))
    loss = nn.BCELoss()(d_fake, torch.ones_like(d_fake))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_generator_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import demi_lunes

demi_lunes.check_generator_step(globals())
### BEGIN HIDDEN TESTS
demi_lunes.check_generator_step(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Ce sont les questions 6 et 7 du TP 01, sans un mot de changé si vos pertes y étaient des fonctions.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Les faux d'abord, `generator(noise(…))`, puis la perte, puis `optimizer.zero_grad()`, `loss.backward()` et `optimizer.step()`, et enfin `return loss.item()`. Rien n'y dépend de la forme des données.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `bce = nn.BCELoss()` ; pour $D$ : `bce(d_real, torch.ones_like(d_real)) + bce(d_fake, torch.zeros_like(d_fake))`, les faux étant détachés ; pour $G$ : `bce(d_fake, torch.ones_like(d_fake))`, sans `detach()`.
#
# </details>

# %% [markdown]
# ### Question 3 : plusieurs pas par étape
#
# Dans l'algorithme d'origine, $D$ peut faire plusieurs pas avant que $G$ n'en fasse un. Donnons ce réglage aux deux : à chaque
# étape de `run`, `discriminator_steps` pas de $D$, **chacun sur un nouveau lot** de `batch_size` vrais points, puis
# `generator_steps` pas de $G$. On note une fois par étape les deux dernières pertes, avec
# `run.log(loss_d=…, loss_g=…)`.

# %% nbgrader={"grade": false, "grade_id": "train", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train(
    generator,
    discriminator,
    optimizer_g,
    optimizer_d,
    data,
    run,
    batch_size=100,
    discriminator_steps=1,
    generator_steps=1,
):
    """Entraîne D et G à tour de rôle : à chaque étape de run, tant de pas de D, puis tant de pas de G.

    data : tous les points réels, forme (N, 2). Chaque pas de D a son lot de batch_size points tirés au hasard.
    """
    ### BEGIN SOLUTION
    for step in run:
        for _ in range(discriminator_steps):
            real = draw(data, batch_size)
            loss_d = discriminator_step(generator, discriminator, optimizer_d, real)
        for _ in range(generator_steps):
            loss_g = generator_step(generator, discriminator, optimizer_g, batch_size)
        run.log(loss_d=loss_d, loss_g=loss_g)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_train", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import demi_lunes

demi_lunes.check_train(globals())
### BEGIN HIDDEN TESTS
demi_lunes.check_train(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Votre boucle du TP 01 fait un pas de chaque. Chacun des deux appels devient une petite boucle `for`.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Le tirage du lot entre **dans** la boucle des pas de $D$. `draw(data, batch_size)`, définie plus haut, tire un lot.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `for _ in range(discriminator_steps):` avec le lot et le pas de $D$ ; `for _ in range(generator_steps):` avec le pas de $G$ ; puis, au même niveau d'indentation que ces deux boucles, `run.log(loss_d=loss_d, loss_g=loss_g)`.
#
# </details>

# %% [markdown]
# Un pas chacun, 2 000 étapes :

# %%
training.set_seed(0)
generator, discriminator, optimizer_g, optimizer_d = new_gan()
fixed_noise = noise(500)
run = training.Run(2000, sample=lambda: generator(fixed_noise), real=points)
train(generator, discriminator, optimizer_g, optimizer_d, points, run)

# %%
plots.animation(run.snapshots, points)

# %% [markdown]
# Les demi-lunes sont là. Comparez à l'œil deux mille vrais points, pris dans la réserve, et deux mille faux.

# %%
plots.scatter(draw(reserve, 2000), sample(generator, 2000), title="Vrais et faux après 2000 étapes")


# %% [markdown]
# Une chose se voit : quelques points traînent entre les deux lunes. Comme au TP 01, c'est que $G$ est continu : le bruit est d'un
# seul tenant, son image aussi, et il faut bien passer d'une lune à l'autre. Mais les lunes elles-mêmes sont-elles peuplées
# comme il faut, ni trop ici, ni trop peu là ? L'œil ne sait pas le dire. Il faut mesurer.
#
# ## 3. Une distance entre deux nuages
#
# Comment savoir si deux nuages ont la même loi ? Prenez au hasard un point $X$ dans le premier et un point $Y$ dans le second ;
# prenez aussi deux points $X, X'$ dans le premier, et deux points $Y, Y'$ dans le second. Si les lois diffèrent, l'écart
# de la première paire dépasse, en moyenne, la demi-somme des écarts des deux autres. La **distance d'énergie** est le double
# de cet excès :
#
# $$\mathcal{E}(X, Y) = 2\,\mathbb{E}\lVert X - Y\rVert - \mathbb{E}\lVert X - X'\rVert - \mathbb{E}\lVert Y - Y'\rVert$$
#
# Elle est positive, et nulle seulement si les deux lois sont les mêmes (Székely et Rizzo, 2013). Avec $n$ points $x_i$ et
# $m$ points $y_j$, chaque espérance devient une moyenne sur **toutes** les paires, celles d'un point avec lui-même comprises :
#
# $$\frac{2}{nm}\sum_{i,j}\lVert x_i - y_j\rVert - \frac{1}{n^2}\sum_{i,i'}\lVert x_i - x_{i'}\rVert
# - \frac{1}{m^2}\sum_{j,j'}\lVert y_j - y_{j'}\rVert$$
#
# ### Question 4 : la distance d'énergie
#
# Écrivez `energy_distance(x, y)`. `torch.cdist(x, y)` donne le tableau de toutes les distances entre un point de `x` et
# un point de `y`.

# %% nbgrader={"grade": false, "grade_id": "energy_distance", "locked": false, "schema_version": 3, "solution": true, "task": false}
def energy_distance(x, y):
    """La distance d'énergie entre deux nuages de points, de formes (n, d) et (m, d) : un seul nombre."""
    ### BEGIN SOLUTION
    between = torch.cdist(x, y).mean()
    within_x, within_y = torch.cdist(x, x).mean(), torch.cdist(y, y).mean()
    return (2 * between - within_x - within_y).item()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_energy_distance", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import demi_lunes

demi_lunes.check_energy_distance(globals())
### BEGIN HIDDEN TESTS
demi_lunes.check_energy_distance(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Trois moyennes de distances, et les signes et facteurs de la formule.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `torch.cdist(x, y)` a la forme (n, m) : sa moyenne est la première espérance.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `2 * torch.cdist(x, y).mean() - …`, moins la moyenne de `torch.cdist(x, x)`, moins celle de `torch.cdist(y, y)`.
#
# </details>

# %%
real, fake = draw(reserve, 1000), sample(generator, 1000)
print(f"votre distance         {energy_distance(real, fake):.4f}")
print(f"celle du paquet        {metrics.energy_distance(real, fake):.4f}")
print(f"avec du bruit normal   {energy_distance(real, torch.randn(1000, 2)):.4f}")


# %% [markdown]
# Votre générateur est plus près du vrai que le bruit normal. Mais est-il **assez** près ? Un nombre seul ne le dit pas. Il
# faut un étalon, et le meilleur est la distance d'un vrai échantillon à un autre vrai échantillon. Elle n'est pas nulle :
# mille points ne sont pas une loi. Un générateur parfait, en moyenne, ne ferait pas mieux : c'est le **plancher**.
#
# ### Question 5 : le plancher
#
# Écrivez `floor(reserve, n, draws)` : `draws` fois de suite, on tire dans la réserve deux échantillons de `n` points, et
# l'on mesure leur distance. La fonction renvoie toutes ces distances, dont on prendra la moyenne et l'écart-type.

# %% nbgrader={"grade": false, "grade_id": "floor", "locked": false, "schema_version": 3, "solution": true, "task": false}
def floor(reserve, n, draws):
    """draws distances d'énergie entre deux échantillons de n vrais points, tirés chaque fois au hasard."""
    ### BEGIN SOLUTION
    return [energy_distance(draw(reserve, n), draw(reserve, n)) for _ in range(draws)]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_floor", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import demi_lunes

demi_lunes.check_floor(globals())
### BEGIN HIDDEN TESTS
demi_lunes.check_floor(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Il n'y a aucun générateur dans cette question : deux fois du vrai.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Les deux échantillons sont deux tirages différents : deux appels à `draw(reserve, n)`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Une liste de `draws` valeurs : `[energy_distance(…, …) for _ in range(draws)]`.
#
# </details>

# %%
def distances_to(generator, n, draws):
    """La même chose avec un échantillon vrai et un échantillon généré."""
    return [energy_distance(draw(reserve, n), sample(generator, n)) for _ in range(draws)]


training.set_seed(0)
for name, values in {
    "plancher     ": floor(reserve, 1000, draws=20),
    "le générateur": distances_to(generator, 1000, draws=20),
}.items():
    values = torch.tensor(values)
    print(f"{name} : {values.mean():.4f} ± {values.std():.4f}   (de {values.min():.4f} à {values.max():.4f})")


# %% [markdown]
# Deux leçons. Une mesure isolée trompe : d'un tirage à l'autre, la même distance varie du simple au quintuple, ou plus. Et la
# distance du générateur, en moyenne, est au-dessus du plancher : il n'a pas tout à fait fini d'apprendre.
#
# *Pourquoi une réserve, plutôt que deux appels à `data.two_moons` ?* Parce que cette fonction place ses points à intervalles
# réguliers le long des courbes : la distance entre deux jeux de mille points est alors environ dix fois plus petite qu'entre
# deux tirages indépendants, et le plancher serait faux.
#
# ## 4. Finir le travail : baisser le taux
#
# Un GAN ne descend pas vers un minimum : chaque pas de l'un déplace la cible de l'autre, et les deux continuent de tourner
# autour de leur équilibre, d'autant plus loin que les pas sont grands. D'où un remède simple : une fois près du but, des pas
# **dix fois plus petits**, c'est-à-dire un taux d'apprentissage divisé par dix.

# %% tags=["preparation"]
def set_rate(rate, *optimizers):
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = rate


# %%
early = copy.deepcopy(generator)  # le générateur tel qu'il est, pour comparer

training.set_seed(0)
set_rate(1e-4, optimizer_g, optimizer_d)
run = training.Run(1000, sample=lambda: generator(fixed_noise), real=points)
train(generator, discriminator, optimizer_g, optimizer_d, points, run)

# %% [markdown]
# La vérification mesure votre générateur : il faut une distance d'énergie sous 0,02, en moyenne sur cinq échantillons de mille
# points, ainsi qu'une précision et un rappel d'au moins 0,5 (deux mesures que vous écrirez à la section 5).

# %% nbgrader={"grade": true, "grade_id": "check_generator", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import demi_lunes

demi_lunes.check_generator(globals())
### BEGIN HIDDEN TESTS
demi_lunes.check_generator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# Sur cinquante graines, de la même façon (`tools/study.py moons`) :
#
# | entraînement | distance d'énergie : médiane (pire) | sous 0,02 | précision médiane | rappel médian |
# |---|---|---|---|---|
# | 2 000 étapes | 0,0078 (0,0306) | 48 sur 50 | 0,83 | 0,78 |
# | puis 1 000 au dixième du taux | 0,0035 (0,0119) | 50 sur 50 | 0,87 | 0,83 |
# | ou 1 000 de plus au même taux | 0,0062 (0,0272) | 47 sur 50 | 0,90 | 0,74 |
#
# Combien de points faut-il pour voir la différence entre ce générateur et les vraies données ? Voici, pour plusieurs tailles
# d'échantillon, vingt mesures du plancher et vingt mesures du générateur.

# %%
training.set_seed(0)
sizes = [30, 100, 300, 1000]
series = {
    "vrai contre vrai (plancher)": [floor(reserve, n, draws=20) for n in sizes],
    "vrai contre généré": [distances_to(generator, n, draws=20) for n in sizes],
    "vrai contre bruit normal": [[energy_distance(draw(reserve, n), noise(n)) for _ in range(20)] for n in sizes],
}
plots.spread(
    sizes,
    {name: torch.tensor(values).T for name, values in series.items()},
    "points dans chaque échantillon",
    "distance d'énergie",
    "La distance dépend de la taille de l'échantillon",
    logx=True,
    logy=True,
)


# %% [markdown]
# Le plancher descend comme $1/n$. Avec trente points, la bande du bruit normal mord largement sur celle du plancher : à cette
# taille, la distance ne sait même pas toujours reconnaître un nuage sans aucune demi-lune. Avec mille, elle le sait sans
# hésiter ; quant à votre générateur, elle ne le distingue plus guère du vrai.
#
# ### Question 6 (corrigée à la main)
#
# Quatre groupes annoncent la distance d'énergie de leur générateur, sur ces mêmes données :
#
# - le groupe A : 0,03 avec 100 points ;
# - le groupe B : 0,03 avec 1 000 points ;
# - le groupe C : 0,0027 avec 1 000 points ;
# - le groupe D : 0,0035 avec 1 000 points.
#
# A en conclut que son générateur vaut celui de B, et C que le sien est meilleur que celui de D. Que peut-on dire de chacun,
# et que devraient-ils faire pour se départager ? Appuyez-vous sur le plancher.

# %% [markdown] nbgrader={"grade": true, "grade_id": "reading_floor", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** Un nombre ne se lit que contre le plancher de sa taille. À 100 points, le plancher est
# voisin de 0,04, à 0,03 près : le 0,03 de A ne prouve ni que son générateur est bon, ni qu'il est mauvais ; même du bruit
# normal y donne environ 0,08. À 1 000 points, le plancher est voisin de 0,0035 et dépasse rarement 0,01 : le 0,03 de B est loin
# au-dessus, son générateur se distingue du vrai. Le même nombre n'a pas le même sens (1 point). C et D sont tous
# deux dans la dispersion du plancher : l'écart entre eux est plus petit que celui d'un tirage à l'autre. Il faut la même
# taille pour tous, la plus grande possible, et plusieurs tirages (et plusieurs graines d'entraînement), puis comparer des
# moyennes et leur dispersion (1 point).

# %% [markdown]
# ## 5. Précision et rappel
#
# La distance d'énergie dit **de combien** deux nuages diffèrent, pas **comment**. Or un générateur peut se tromper de deux
# façons : fabriquer des points qui ne ressemblent à rien, ou ne fabriquer qu'une partie de ce qui existe. Deux mesures les
# séparent (Kynkäänniemi et al., 2019).
#
# On entoure chaque vrai point d'une boule, dont le rayon est la distance à son $k$-ième plus proche voisin **parmi les
# autres vrais points**. L'union de ces boules dessine la région des vraies données : fine là où les points sont serrés.
#
# - La **précision** est la part des points générés qui tombent dans au moins une de ces boules : sont-ils plausibles ?
# - Le **rappel** échange les rôles : des boules autour des points générés, et la part des vrais points qui y tombent. Les
#   vraies données sont-elles couvertes ?
#
# ### Question 7 : la précision
#
# Écrivez `precision(real, generated, k)`. Attention au rayon : dans `torch.cdist(real, real)`, le plus proche voisin d'un
# point est lui-même, à distance 0.

# %% nbgrader={"grade": false, "grade_id": "precision", "locked": false, "schema_version": 3, "solution": true, "task": false}
def precision(real, generated, k=3):
    """La part des points générés qui tombent dans la boule d'au moins un vrai point : un nombre de 0 à 1."""
    ### BEGIN SOLUTION
    radii = torch.cdist(real, real).sort(dim=1).values[:, k]
    inside = torch.cdist(generated, real) <= radii
    return inside.any(dim=1).float().mean().item()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_precision", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import demi_lunes

demi_lunes.check_precision(globals())
### BEGIN HIDDEN TESTS
demi_lunes.check_precision(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Deux temps : un rayon par vrai point ; puis, pour chaque point généré, est-il dans une boule au moins ?
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Triez chaque ligne de `torch.cdist(real, real)` avec `.sort(dim=1).values` : la colonne 0 est le point lui-même, la colonne `k` est son `k`-ième voisin.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `radii` a la forme (n,), une valeur par vrai point. `torch.cdist(generated, real) <= radii` compare chaque colonne à son rayon ; `.any(dim=1)` dit, pour chaque point généré, s'il est dans une boule ; la moyenne de ces booléens (`.float().mean()`) est la précision.
#
# </details>

# %% [markdown]
# ### Question 8 : le rappel
#
# Une ligne suffit, si vous regardez de près ce qui distingue les deux définitions.

# %% nbgrader={"grade": false, "grade_id": "recall", "locked": false, "schema_version": 3, "solution": true, "task": false}
def recall(real, generated, k=3):
    """La part des vrais points qui tombent dans la boule d'au moins un point généré : un nombre de 0 à 1."""
    ### BEGIN SOLUTION
    return precision(generated, real, k)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_recall", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import demi_lunes

demi_lunes.check_recall(globals())
### BEGIN HIDDEN TESTS
demi_lunes.check_recall(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Relisez les deux définitions en échangeant les mots « vrai » et « généré ».
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Les boules sont maintenant autour des points générés, et l'on compte les vrais points.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `return precision(…, …, k)`, avec les deux nuages dans l'autre ordre.
#
# </details>

# %% [markdown]
# Essayons ces instruments sur votre générateur, et sur des nuages pour lesquels on connaît d'avance la réponse.

# %%
training.set_seed(0)
real = draw(reserve, 1000)
clouds = {
    "un autre vrai tirage": draw(reserve, 1000),
    "après 2000 étapes": sample(early, 1000),
    "après le taux réduit": sample(generator, 1000),
    "une seule lune": upper[torch.randint(len(upper), (1000,))] + 0.05 / std * torch.randn(1000, 2),
    "un bruit normal": torch.randn(1000, 2),
    "un point vrai, recopié": real[0] + 0.02 * torch.randn(1000, 2),
}
measured = {
    f"{name}\nprécision {precision(real, cloud):.2f}, rappel {recall(real, cloud):.2f}": cloud
    for name, cloud in clouds.items()
}
plots.gallery(measured, real[:300], title="Précision et rappel de nuages connus")

# %% [markdown]
# La lune seule et le point recopié sont précis et incomplets ; le bruit normal couvre tout, mais la plupart de ses
# points tombent à côté. Aucune des deux mesures ne suffit : **elles se lisent ensemble**. Et le plafond n'est pas 1 : deux
# tirages de vrais points n'atteignent qu'environ 0,96. Votre générateur reste en dessous : la distance d'énergie ne le distinguait
# plus guère du vrai, mais les points perdus entre les lunes ne sont dans aucune boule, et la précision les compte.
#
# ## 6. L'effondrement des modes
#
# Jusqu'ici, les deux réseaux avançaient du même pas. Que se passe-t-il si $G$ va plus vite ? Prenons le cas extrême : des
# réseaux neufs, 300 étapes ordinaires, puis $D$ **figé pour de bon**, et $G$ qui fait seul 1 000 pas.

# %%
training.set_seed(0)
alone, frozen, optimizer_alone, optimizer_frozen = new_gan()
train(alone, frozen, optimizer_alone, optimizer_frozen, points, training.Run(300, view=False))
for _ in range(1000):
    generator_step(alone, frozen, optimizer_alone, batch_size=100)

real, cloud = draw(reserve, 1000), sample(alone, 1000)
print(f"précision {precision(real, cloud):.2f}, rappel {recall(real, cloud):.2f}")
axis = torch.linspace(-3, 3, 120)
grid = torch.cartesian_prod(axis, axis).flip(1)
with torch.no_grad():
    surface = frozen(grid).reshape(120, 120)
plots.decision_surface(surface, axis, axis, points[:300], cloud[:300], title="G, seul contre un D figé")


# %% [markdown]
# Chaque faux a grimpé la pente de $D$ jusqu'à un **sommet**, et presque tous les bruits donnent maintenant un même point, ou
# l'un de deux ou trois points. $G$ n'a rien fait de mal : à $D$ fixé, sa perte ne demande que des points bien notés, un par
# un, et jamais qu'ils soient variés. Un sommet n'est pas forcément sur une lune, et la précision dépend de l'endroit où il
# se trouve, dessus ou à côté ; le rappel, lui, s'est écroulé dans tous les cas : un tas aussi serré ne couvre presque rien.
#
# ### Question 9 : où vont les points, et sont-ils variés ?
#
# Voici deux mesures simples pour suivre cela de près ; écrivez-les. `moon_shares(points, upper, lower)` renvoie deux parts, de
# somme 1 : celle des points plus proches de la lune `upper`, et celle des points plus proches de `lower` (la distance à une
# lune est la distance à son point le plus proche). `diversity(points)` renvoie la distance moyenne entre deux points du
# nuage : c'est un des termes de la distance d'énergie.

# %% nbgrader={"grade": false, "grade_id": "moon_shares", "locked": false, "schema_version": 3, "solution": true, "task": false}
def moon_shares(points, upper, lower):
    """Deux nombres : la part des points plus proches de upper, et la part de ceux plus proches de lower.

    upper, lower : des points tout au long de chaque lune, forme (200, 2).
    """
    ### BEGIN SOLUTION
    to_upper = torch.cdist(points, upper).min(dim=1).values
    to_lower = torch.cdist(points, lower).min(dim=1).values
    share = (to_upper < to_lower).float().mean().item()
    return share, 1 - share
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_moon_shares", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import demi_lunes

demi_lunes.check_moon_shares(globals())
### BEGIN HIDDEN TESTS
demi_lunes.check_moon_shares(globals(), seed=1)
### END HIDDEN TESTS

# %% nbgrader={"grade": false, "grade_id": "diversity", "locked": false, "schema_version": 3, "solution": true, "task": false}
def diversity(points):
    """La distance moyenne entre deux points du nuage : un seul nombre."""
    ### BEGIN SOLUTION
    return torch.cdist(points, points).mean().item()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_diversity", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import demi_lunes

demi_lunes.check_diversity(globals())
### BEGIN HIDDEN TESTS
demi_lunes.check_diversity(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# La distance d'un point à une lune est la plus petite des distances aux points de cette lune.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `torch.cdist(points, upper)` a la forme (n, 200) ; `.min(dim=1).values` en garde la plus petite de chaque ligne.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `share = (to_upper < to_lower).float().mean()`, et l'autre part est `1 - share`. `diversity` : la moyenne de `torch.cdist(points, points)`.
#
# </details>

# %% [markdown]
# $D$ n'a pas besoin d'être figé pour toujours : il suffit qu'il soit **trop lent**. Des réseaux neufs ; à chaque étape, un pas de
# $D$, puis dix de $G$, pendant lesquels $D$ ne bouge pas. C'est le réglage `generator_steps` de votre boucle.

# %%
training.set_seed(0)
collapsed = new_gan()
collapse = training.Run(200, sample=lambda: collapsed[0](fixed_noise), real=points)
train(*collapsed, points, collapse, generator_steps=10)

# %% nbgrader={"grade": true, "grade_id": "check_collapsed", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import demi_lunes

demi_lunes.check_collapsed(globals())
### BEGIN HIDDEN TESTS
demi_lunes.check_collapsed(globals(), seed=1)
### END HIDDEN TESTS

# %%
plots.animation(collapse.snapshots, points, title="Dix pas de G pour un de D")

# %% [markdown]
# Voilà l'**effondrement des modes** : quel que soit le bruit, $G$ fabrique à peu près le même point. (Un *mode* est une région
# où les données se concentrent, comme chaque lune ; $G$ devrait les produire tous.) Ce tas ne reste pas en place : $D$ finit
# par le démasquer, $G$ le déplace, $D$ le poursuit, sans fin. Mesurons.

# %%
real = draw(reserve, 500)
steps, precisions, recalls = [], [], []
for step, cloud in collapse.snapshots:
    cloud = torch.as_tensor(cloud)
    steps.append(step)
    precisions.append(precision(real, cloud))
    recalls.append(recall(real, cloud))
plots.curves(
    steps,
    {"précision": precisions, "rappel": recalls},
    "étape",
    "part des points",
    "Pendant l'effondrement : précision et rappel",
)

# %%
print("                    distance   précision   rappel   parts des lunes   diversité")
for name, network in {"un pas chacun": generator, "dix pas de G": collapsed[0]}.items():
    real, cloud = draw(reserve, 1000), sample(network, 1000)
    shares = " / ".join(f"{share:.0%}" for share in moon_shares(cloud, upper, lower))
    print(
        f"{name:18} {energy_distance(real, cloud):9.3f} {precision(real, cloud):11.2f} {recall(real, cloud):8.2f}"
        f" {shares:>17} {diversity(cloud):11.2f}"
    )


# %% [markdown]
# Une seule graine a pu tomber sur un moment particulier ; en voici vingt (`tools/study.py moons`). À la fin, le rappel va de
# 0,00 à 0,12 : l'effondrement se voit toujours. La précision, elle, va de 0,00 à 0,97, selon l'endroit où se trouve le tas à
# cet instant ; et chacune des vingt graines est passée en chemin par une précision d'au moins 0,94.
#
# ## 7. Trois remèdes
#
# Quand $G$ domine, on conseille souvent de baisser les deux taux d'apprentissage, ou d'agrandir les lots. Un troisième remède
# consiste à rétablir l'équilibre : autant de pas pour $D$ que pour $G$. Essayons-les, chacun à partir des **mêmes** réseaux
# effondrés, et chacun pendant 3 000 pas de $G$ (300 pour les deux premiers avec le budget « essai »).

# %%
def treat(steps, rate=1e-3, **settings):
    """Une copie des réseaux effondrés, entraînée encore avec ces réglages : son générateur."""
    training.set_seed(0)
    gan = copy.deepcopy(collapsed)
    set_rate(rate, *gan[2:])
    train(*gan, points, training.Run(steps, view=False), **settings)
    return gan[0]


steps = training.by_budget(essai=30, cpu=300, gpu=300)
treated = {
    "deux taux dix fois plus petits": treat(steps, rate=1e-4, generator_steps=10),
    "lots de 500": treat(steps, generator_steps=10, batch_size=500),
    "un pas chacun": treat(3000),
}
cured = treated["un pas chacun"]
real = draw(reserve, 1000)
clouds = {}
for name, network in treated.items():
    cloud = sample(network, 1000)
    clouds[f"{name}\nprécision {precision(real, cloud):.2f}, rappel {recall(real, cloud):.2f}"] = cloud
plots.gallery(clouds, real[:300], title="Trois remèdes à l'effondrement")

# %% nbgrader={"grade": true, "grade_id": "check_cured", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import demi_lunes

demi_lunes.check_cured(globals())
### BEGIN HIDDEN TESTS
demi_lunes.check_cured(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# Une graine ne prouve rien : les voici sur vingt (`tools/study.py moons`).
#
# | remède | distance d'énergie médiane | précision médiane | rappel : médiane (de … à …) |
# |---|---|---|---|
# | aucun (les réseaux effondrés) | 1,72 | 0,24 | 0,03 (0,00 à 0,12) |
# | deux taux dix fois plus petits | 1,55 | 0,50 | 0,03 (0,00 à 0,20) |
# | lots de 500 | 1,45 | 0,44 | 0,01 (0,00 à 0,07) |
# | un pas chacun | 0,015 | 0,79 | 0,75 (0,60 à 0,89) |
#
# ### Question 10 (corrigée à la main)
#
# 1. $D$ étant immobile, pourquoi envoyer tous les bruits au même endroit est-il ce que $G$ a de mieux à faire ?
# 2. Deux des trois remèdes ne guérissent rien ici. Expliquez pourquoi : que changent-ils, et que ne changent-ils pas, dans la
#    course entre $D$ et $G$ ?
# 3. Pour être averti d'un effondrement pendant un long entraînement, quelle mesure surveilleriez-vous ? La précision
#    seule, ou les pertes, y suffiraient-elles ?

# %% [markdown] nbgrader={"grade": true, "grade_id": "remedies", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** Face à un $D$ figé, la perte de $G$ est une moyenne de $-\log D(G(z))$ : chaque faux est noté sans
# regard pour les autres, et chacun gagne à aller au point que $D$ note le mieux. Rien dans cette perte ne récompense la
# variété ; seul un $D$ qui bouge, et qui apprend à démasquer le tas, le fait (1 point). Baisser les deux taux ralentit les
# deux réseaux ensemble, et de plus grands lots donnent à chacun un gradient moins bruité : dans les deux cas, $G$ fait
# toujours dix pas quand $D$ en fait un, et l'avance de $G$ reste la même. Un pas chacun supprime cette avance, et c'est ce qui
# soigne (1 point). Le rappel (ou la diversité, ou la distance d'énergie) : il reste près de 0 pendant tout l'effondrement.
# La précision passe de 0 à 1 selon que le tas est ou non sur une lune, et peut être excellente au pire moment ; les
# pertes, on l'a vu au TP 01, ne mesurent que l'avance d'un joueur sur l'autre (1 point).

# %% [markdown]
# ## Ce qu'il faut retenir
#
# - Une mesure ne se lit que face à son plancher : le vrai contre le vrai, avec le même nombre de points, sur plusieurs
#   tirages.
# - La précision demande si les faux sont plausibles, le rappel si tout le vrai est couvert. L'une sans l'autre trompe.
# - Face à un $D$ immobile ou trop lent, le mieux pour $G$ est de tout envoyer au même endroit : l'effondrement des modes. Il
#   se voit au rappel et à la diversité.
# - On le soigne en rendant à $D$ le temps de répondre. Et près de l'équilibre, baisser les taux améliore ce qui est acquis.
#
# **Pour rendre ce TP** : redémarrez le noyau, exécutez tout du début à la fin, enregistrez, et lancez la validation
# (bouton « Validate » de JupyterLab) : elle rejoue chaque vérification. Puis déposez le fichier `02_demi_lunes.ipynb`, sans changer son nom.
#
# ## Pour aller plus loin (facultatif)
#
# 1. **Où est le seuil ?** Avec `generator_steps` de 1 à 10, à partir de quelle valeur $G$ s'effondre-t-il ? Et si l'on baisse
#    le taux de $G$ **seul** ?
# 2. **Céder du rappel pour de la précision** : fabriquez des points avec un bruit plus serré, `generator(0.5 * noise(1000))`,
#    sans rien réentraîner. Que deviennent les deux mesures ?
# 3. **Sans centrer ni réduire** : entraînez sur `10 * raw + 50`. Combien d'étapes perd-on ?
#
# Travaillez tout en bas du notebook, dans des cellules **neuves** où vous recopiez le code sous d'autres noms. Ne
# copiez pas les cellules elles-mêmes : la correction prendrait la copie pour votre réponse.
#
# **Références** : G. Székely et M. Rizzo, *Energy statistics: a class of statistics based on distances*, Journal of
# Statistical Planning and Inference, 2013. T. Kynkäänniemi et al., *Improved precision and recall metric for assessing
# generative models*, NeurIPS 2019. I. Goodfellow et al., *Generative adversarial nets*, NeurIPS 2014 (l'algorithme 1 donne
# $k$ pas à $D$ pour un à $G$).
