# %% [markdown] tags=["badge"]
# [![Ouvrir dans Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/votre_organisation/tp-gan/blob/main/notebooks/01_cercle/01_cercle.ipynb)

# %% [markdown]
# # TP 01 · Le cercle : un premier GAN
#
# Cent points posés sur un cercle, et deux réseaux. L'un fabrique de faux points à partir de hasard pur ; l'autre
# s'exerce à les démasquer. En deux heures environ, vous les aurez écrits tous les deux, vous les aurez fait jouer l'un
# contre l'autre, et le premier saura dessiner un cercle qu'il n'a jamais vu.
#
# **Vous allez**
#
# - écrire un générateur et un discriminateur avec `nn.Sequential` ;
# - écrire leurs pertes, et comprendre pourquoi $G$ n'utilise pas celle de la formule d'origine ;
# - écrire les deux pas d'apprentissage et la boucle qui les alterne ;
# - juger le résultat : à l'œil, par la mesure, et par les yeux du discriminateur ;
# - voir une recette d'entraînement échouer là où une autre tient.
#
# **Prérequis** : le TP 00 ; en PyTorch, savoir ce que font `nn.Linear`, `backward()` et `optimizer.step()`.
#
# **Durée** : environ deux heures de travail.

# %% [markdown] tags=["bareme"]
# **Barème** : 25 points vérifiés automatiquement, 5 corrigés à la main.  
# **Temps de calcul** du corrigé entier : 23 s (budget « cpu »), 16 s (budget « essai »), mesurés sur 2 cœurs.

# %% tags=["installation"]
# Sur Colab, installe le paquet du cours ; ailleurs, cette cellule ne fait rien.
import subprocess
import sys

if "google.colab" in sys.modules:
    archive = "https://github.com/votre_organisation/tp-gan/archive/refs/heads/main.zip"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", f"tp-gan @ {archive}"], check=True)

# %% tags=["preparation"]
import time

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from tp_gan import data, metrics, plots, training

torch.set_num_threads(1)  # d'aussi petits réseaux vont plus vite sur un seul cœur
training.setup(seed=0)

# %% [markdown]
# ## 1. Les données
#
# Pour tirer des points au hasard, uniformément sur un cercle, on tire des points gaussiens, qui n'ont pas de direction
# préférée, et on divise chacun par sa norme. Ce sont nos vraies données : $x \in \mathbb{R}^2$, $\lVert x \rVert = 1$.

# %% tags=["preparation"]
points = torch.from_numpy(data.circle(n=100, seed=0))
print(f"{tuple(points.shape)}, {points.dtype}, rayon moyen {points.norm(dim=1).mean():.3f}")
plots.scatter(points, title="Cent points sur un cercle")

# %% [markdown]
# Trois nombres fixent la taille de ce qui suit. `data_dim` est imposé par les données. Les deux autres sont libres :
# vous pourrez les changer plus tard (`hidden_dim = 10`, par exemple) ; gardez ceux-ci pour un premier passage.

# %% tags=["preparation"]
latent_dim = 2  # nombres tirés au hasard pour fabriquer un point
hidden_dim = 64  # largeur des couches cachées
data_dim = 2  # coordonnées d'un point


# %% [markdown]
# ## 2. Le hasard et les deux réseaux
#
# Le générateur $G$ ne reçoit jamais de données. Il reçoit du **bruit** $z$, tiré selon la loi normale centrée réduite
# (chaque nombre est indépendant des autres, de moyenne 0 et d'écart-type 1), et le transforme en un point $G(z)$ : un
# point *généré*, ou *faux*.
#
# ### Question 1 : le bruit
#
# Écrivez `noise(n)`, qui tire `n` vecteurs de bruit. Chaque appel doit donner un nouveau tirage.

# %% nbgrader={"grade": false, "grade_id": "noise", "locked": false, "schema_version": 3, "solution": true, "task": false}
def noise(n):
    """Du bruit de loi normale centrée réduite : un tenseur de forme (n, latent_dim)."""
    ### BEGIN SOLUTION
    return torch.randn(n, latent_dim)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_noise", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cercle

cercle.check_noise(globals())
### BEGIN HIDDEN TESTS
cercle.check_noise(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Une seule fonction de PyTorch suffit. Attention : `torch.rand` et `torch.randn` ne suivent pas la même loi.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# La forme attendue a deux dimensions : `n` lignes, `latent_dim` colonnes.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `return torch.randn(…, …)`, avec les deux tailles, et sans fixer la graine dans la fonction.
#
# </details>

# %% [markdown]
# ### Question 2 : le générateur
#
# Trois couches entièrement connectées : `latent_dim` → `hidden_dim` → `hidden_dim` → `data_dim`. L'activation reçue en
# argument suit chaque couche **sauf la dernière** : les coordonnées d'un point peuvent prendre toute valeur, rien ne doit
# donc les borner.

# %% nbgrader={"grade": false, "grade_id": "make_generator", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_generator(latent_dim, hidden_dim, data_dim, activation):
    """Un nouveau générateur : de (n, latent_dim) vers (n, data_dim).

    activation : le module à placer après chaque couche cachée, par exemple nn.LeakyReLU(0.2).
    """
    ### BEGIN SOLUTION
    return nn.Sequential(
        nn.Linear(latent_dim, hidden_dim),
        activation,
        nn.Linear(hidden_dim, hidden_dim),
        activation,
        nn.Linear(hidden_dim, data_dim),
    )
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_make_generator", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cercle

cercle.check_make_generator(globals())
### BEGIN HIDDEN TESTS
cercle.check_make_generator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `nn.Sequential(a, b, c)` applique `a`, puis `b`, puis `c`.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Chaque couche est un `nn.Linear(entrées, sorties)` ; la sortie de l'une est l'entrée de la suivante. `activation` est déjà un module : placez-la telle quelle, sans parenthèses.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `nn.Sequential(nn.Linear(latent_dim, hidden_dim), activation, nn.Linear(…, …), activation, nn.Linear(…, …))`, et n'oubliez pas `return`.
#
# </details>

# %% [markdown]
# ### Question 3 : le discriminateur
#
# Le discriminateur $D$ est un classifieur ordinaire. Il reçoit un point et lui donne une **note** entre 0 (« faux ») et
# 1 (« réel ») : la probabilité, selon lui, que ce point soit réel. Trois couches encore, `data_dim` → `hidden_dim` →
# `hidden_dim` → 1, l'activation après les deux premières, et une **sigmoïde** à la fin.

# %% nbgrader={"grade": false, "grade_id": "make_discriminator", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_discriminator(data_dim, hidden_dim, activation):
    """Un nouveau discriminateur : de (n, data_dim) vers (n, 1), des probabilités entre 0 et 1.

    activation : le module à placer après chaque couche cachée, par exemple nn.LeakyReLU(0.2).
    """
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


# %% nbgrader={"grade": true, "grade_id": "check_make_discriminator", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cercle

cercle.check_make_discriminator(globals())
### BEGIN HIDDEN TESTS
cercle.check_make_discriminator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Le squelette est celui du générateur ; seules changent l'entrée, la sortie et la fin.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Une seule sortie par point : la dernière couche est `nn.Linear(hidden_dim, 1)`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Terminez par `nn.Sigmoid()` : c'est le seul module après la dernière couche linéaire.
#
# </details>

# %% [markdown]
# Avant tout apprentissage, voici ce que ces deux réseaux savent faire : rien. Le générateur envoie le bruit quelque part,
# et le discriminateur donne à peu près la même note à tout le monde.

# %%
leaky = nn.LeakyReLU(0.2)
generator = make_generator(latent_dim, hidden_dim, data_dim, leaky)
discriminator = make_discriminator(data_dim, hidden_dim, leaky)
with torch.no_grad():
    fakes = generator(noise(100))
    print(f"D(x) moyen : {discriminator(points).mean():.3f} ; D(G(z)) moyen : {discriminator(fakes).mean():.3f}")
plots.scatter(points, fakes, title="Avant l'apprentissage")


# %% [markdown]
# ## 3. Les pertes
#
# Goodfellow et ses coauteurs (2014) écrivent le jeu en une formule :
#
# $$\min_G \max_D \; \mathbb{E}_{x}\big[\log D(x)\big] + \mathbb{E}_{z}\big[\log\big(1 - D(G(z))\big)\big]$$
#
# $D$ veut que cette quantité soit grande : $D(x)$ près de 1 pour les vrais, $D(G(z))$ près de 0 pour les faux. $G$ veut
# le contraire, et n'a de prise que sur le second terme.
#
# **Côté $D$**, maximiser cela, c'est minimiser la somme de deux entropies croisées binaires, l'une avec l'étiquette 1
# pour les vrais, l'autre avec l'étiquette 0 pour les faux :
#
# $$L_D = -\frac{1}{n}\sum_{i=1}^{n} \log D(x_i) \;-\; \frac{1}{n}\sum_{i=1}^{n} \log\big(1 - D(G(z_i))\big)$$
#
# (Rappel : l'entropie croisée entre une étiquette $y$ et une probabilité $p$ est $-y\log p - (1-y)\log(1-p)$ ; en PyTorch,
# `nn.BCELoss()(p, y)`, moyenne sur le lot comprise.)
#
# ### Question 4 : la perte du discriminateur
#
# C'est la **somme** des deux moyennes, pas leur demi-somme.

# %% nbgrader={"grade": false, "grade_id": "discriminator_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def discriminator_loss(d_real, d_fake):
    """La perte de D, un tenseur à un seul nombre.

    d_real : D(x) pour des points réels, forme (n, 1). d_fake : D(G(z)) pour autant de faux.
    """
    ### BEGIN SOLUTION
    bce = nn.BCELoss()
    return bce(d_real, torch.ones_like(d_real)) + bce(d_fake, torch.zeros_like(d_fake))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_discriminator_loss", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cercle

cercle.check_discriminator_loss(globals())
### BEGIN HIDDEN TESTS
cercle.check_discriminator_loss(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Deux appels à la même fonction, l'un avec l'étiquette 1, l'autre avec l'étiquette 0.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `torch.ones_like(d_real)` donne un tenseur d'étiquettes 1 de la bonne forme.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `bce = nn.BCELoss()`, puis `bce(d_real, …) + bce(d_fake, …)`. Vous pouvez aussi recopier la formule avec `torch.log` et `.mean()`.
#
# </details>

# %% [markdown]
# ### Question 5 : la perte du générateur
#
# **Côté $G$**, il y a deux façons de vouloir tromper $D$.
#
# - La perte **saturante** est celle du jeu tel qu'il est écrit : faire baisser $\frac{1}{n}\sum_i \log(1 - D(G(z_i)))$.
# - La perte **non saturante** demande plutôt que $D$ réponde 1 : $L_G = -\frac{1}{n}\sum_i \log D(G(z_i))$, une entropie
#   croisée avec l'étiquette 1. L'article de 2014 la propose déjà, et c'est elle que l'on emploie d'ordinaire avec cette
#   formule.
#
# Écrivez les deux ; nous allons les comparer.

# %% nbgrader={"grade": false, "grade_id": "generator_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def generator_loss(d_fake):
    """La perte non saturante de G, un tenseur à un seul nombre. d_fake : D(G(z)), forme (n, 1)."""
    ### BEGIN SOLUTION
    return nn.BCELoss()(d_fake, torch.ones_like(d_fake))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_generator_loss", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cercle

cercle.check_generator_loss(globals())
### BEGIN HIDDEN TESTS
cercle.check_generator_loss(globals(), seed=1)
### END HIDDEN TESTS

# %% nbgrader={"grade": false, "grade_id": "saturating_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def saturating_loss(d_fake):
    """La perte saturante de G, celle de la formule minimax. d_fake : D(G(z)), forme (n, 1)."""
    ### BEGIN SOLUTION
    return torch.log(1 - d_fake).mean()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_saturating_loss", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cercle

cercle.check_saturating_loss(globals())
### BEGIN HIDDEN TESTS
cercle.check_saturating_loss(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `generator_loss` ressemble à un des deux termes de la question 4. Lequel, et avec quelle étiquette ?
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Pour la non saturante : l'étiquette des faux est 1, puisque G veut que D les prenne pour des vrais.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `generator_loss` : `nn.BCELoss()(d_fake, torch.ones_like(d_fake))`. `saturating_loss` : la moyenne de `torch.log(1 - d_fake)`, sans signe moins.
#
# </details>

# %% [markdown]
# Pourquoi deux pertes, si elles veulent la même chose ? Parce qu'un réseau n'apprend pas de la valeur de sa perte, mais de
# sa **pente**. Notons $a$ le nombre qui entre dans la sigmoïde de $D$, et regardons de combien chaque perte varie quand
# $a$ varie, selon ce que $D$ pense du faux. Le calcul est celui de vos deux fonctions, dérivées par PyTorch.

# %%
a = torch.linspace(-6, 6, 200, requires_grad=True)
slopes = {}
for name, loss in {"non saturante": generator_loss, "saturante": saturating_loss}.items():
    each = torch.stack([loss(d.reshape(1, 1)) for d in torch.sigmoid(a)])
    slopes[name] = torch.autograd.grad(each.sum(), a)[0].abs()
plots.curves(
    torch.sigmoid(a),
    slopes,
    "D(G(z)) : ce que D pense du faux",
    "pente par rapport à a (valeur absolue)",
    title="Ce que G peut apprendre, selon la note de son faux",
)


# %% [markdown]
# Quand les faux sont grossiers et que $D$ les démasque sans peine, on est tout à gauche. C'est là que $G$ aurait le
# plus à apprendre, et c'est là que la perte saturante est plate. La non saturante y a sa plus forte pente. Mesurons-le
# sur de vrais réseaux : on entraîne $D$ seul jusqu'à ce qu'il soit sûr de lui (il vous faut pour cela la question 6), puis
# on compare les gradients qui arrivent à $G$. Ce sera la dernière cellule de la section suivante.

# %% [markdown]
# ## 4. Un pas pour chacun
#
# Pourquoi ne pas donner tout cela à une boucle d'apprentissage ordinaire, qui minimiserait une perte ? Parce qu'il y en a
# deux, et qu'elles s'opposent : ce qui fait baisser l'une fait monter l'autre. Les deux réseaux apprennent donc **à tour de
# rôle**, chacun avec son optimiseur et sa perte, l'autre restant immobile. Une étape complète compte six gestes :
#
# 1. prendre un lot de vrais points ;
# 2. tirer du bruit et fabriquer autant de faux ;
# 3. montrer les uns et les autres à $D$ ;
# 4. calculer la perte de $D$, et corriger $D$ ;
# 5. fabriquer de nouveaux faux, et les montrer à $D$ corrigé ;
# 6. calculer la perte de $G$, et corriger $G$.
#
# ### Question 6 : le pas du discriminateur
#
# $D$ apprend sur les points réels `real` et sur autant de faux. Trois précautions :
#
# - vider les gradients **avant** de calculer les nouveaux, sinon ils s'ajoutent aux anciens ;
# - couper le gradient entre les faux et $G$ (`detach()`) : ce pas ne concerne que $D$, calculer le gradient de $G$ serait du travail perdu, et un piège pour le pas suivant ;
# - ne corriger que $D$ : `optimizer` est le sien.

# %% nbgrader={"grade": false, "grade_id": "discriminator_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def discriminator_step(generator, discriminator, optimizer, real):
    """Un pas d'apprentissage de D ; renvoie sa perte.

    optimizer : l'optimiseur de D. real : un lot de points réels, forme (n, data_dim).
    """
    ### BEGIN SOLUTION
    fake = generator(noise(len(real))).detach()
    loss = discriminator_loss(discriminator(real), discriminator(fake))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_discriminator_step", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cercle

cercle.check_discriminator_step(globals())
### BEGIN HIDDEN TESTS
cercle.check_discriminator_step(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Suivez les gestes 2 à 4. Les vrais vous sont donnés ; les faux se fabriquent avec `noise` et `generator`.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `fake = generator(noise(len(real))).detach()`, puis la perte de la question 4 sur `discriminator(real)` et `discriminator(fake)`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Les trois lignes rituelles, dans cet ordre : `optimizer.zero_grad()`, `loss.backward()`, `optimizer.step()`. Puis `return loss.item()`.
#
# </details>

# %% [markdown]
# ### Question 7 : le pas du générateur
#
# $G$ tire un **nouveau** bruit, fabrique `batch_size` faux, les montre à $D$, et se corrige pour que $D$ les trouve plus
# vrais. Cette fois le gradient doit traverser $D$ pour arriver jusqu'à $G$ : pas de `detach()`. $D$ est traversé, mais il
# n'est pas corrigé, puisque `optimizer` est celui de $G$. Utilisez la perte non saturante.

# %% nbgrader={"grade": false, "grade_id": "generator_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def generator_step(generator, discriminator, optimizer, batch_size):
    """Un pas d'apprentissage de G ; renvoie sa perte. optimizer : l'optimiseur de G."""
    ### BEGIN SOLUTION
    loss = generator_loss(discriminator(generator(noise(batch_size))))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_generator_step", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cercle

cercle.check_generator_step(globals())
### BEGIN HIDDEN TESTS
cercle.check_generator_step(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# C'est plus court que le pas de D : aucun vrai point n'entre en jeu.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# La note des faux est `discriminator(generator(noise(batch_size)))`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# La perte de cette note, puis `zero_grad()`, `backward()`, `step()`, et `return loss.item()`.
#
# </details>

# %% [markdown]
# Voici la mesure promise. Un générateur neuf, un discriminateur entraîné seul contre lui ; puis, pour chaque perte, la norme
# du gradient qui arrive à $G$.

# %%
training.set_seed(1)
beginner = make_generator(latent_dim, hidden_dim, data_dim, leaky)
expert = make_discriminator(data_dim, hidden_dim, leaky)
expert_optimizer = torch.optim.Adam(expert.parameters(), lr=1e-3)
for _ in range(500):
    discriminator_step(beginner, expert, expert_optimizer, points)

z = noise(1000)
print(f"D(G(z)) moyen : {expert(beginner(z)).mean():.4f}")
for name, loss in {"non saturante": generator_loss, "saturante": saturating_loss}.items():
    gradients = torch.autograd.grad(loss(expert(beginner(z))), list(beginner.parameters()))
    norm = torch.sqrt(sum((gradient**2).sum() for gradient in gradients))
    print(f"perte {name:13} : norme du gradient de G = {norm:.5f}")

# %% [markdown]
# ## 5. La boucle
#
# Reste à alterner. À chaque étape : un lot de `batch_size` points réels tirés au hasard (avec ou sans
# remise), un pas de $D$, puis un pas de $G$.
#
# On voit souvent un `DataLoader` à cet endroit. Il est précieux quand les données ne tiennent pas en mémoire ; pour
# cent points qui y sont déjà, découper le tenseur suffit et va plus vite. Comparez :

# %%
loader = DataLoader(TensorDataset(points), batch_size=20, shuffle=True)
start = time.perf_counter()
for _ in range(100):
    for (batch,) in loader:
        pass
with_loader = time.perf_counter() - start

start = time.perf_counter()
for _ in range(100):
    order = torch.randperm(len(points))
    for indices in order.split(20):
        batch = points[indices]
with_tensor = time.perf_counter() - start
print(f"100 passages sur les données : DataLoader {with_loader:.3f} s, tenseur découpé {with_tensor:.3f} s")


# %% [markdown]
# ### Question 8 : la boucle d'entraînement
#
# `run` compte les étapes et montre où l'on en est : on le parcourt avec `for step in run:`, et l'on y note les deux
# pertes de chaque étape avec `run.log(loss_d=…, loss_g=…)`. Vos deux pas font le reste.

# %% nbgrader={"grade": false, "grade_id": "train", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train(generator, discriminator, optimizer_g, optimizer_d, data, run, batch_size=100):
    """Entraîne D et G à tour de rôle, un pas chacun à chaque étape de `run`.

    data : tous les points réels, forme (N, data_dim). À chaque étape, un lot de batch_size points est tiré au hasard.
    """
    ### BEGIN SOLUTION
    for step in run:
        real = data[torch.randperm(len(data))[:batch_size]]
        loss_d = discriminator_step(generator, discriminator, optimizer_d, real)
        loss_g = generator_step(generator, discriminator, optimizer_g, len(real))
        run.log(loss_d=loss_d, loss_g=loss_g)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_train", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cercle

cercle.check_train(globals())
### BEGIN HIDDEN TESTS
cercle.check_train(globals(), seed=1)
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
# Pour tirer un lot sans remise : `torch.randperm(len(data))` mélange les indices, `[:batch_size]` garde les premiers, et `data[indices]` prend les points.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `loss_d = discriminator_step(generator, discriminator, optimizer_d, real)`, de même pour `loss_g` avec `optimizer_g`, puis `run.log(loss_d=loss_d, loss_g=loss_g)`.
#
# </details>

# %% [markdown]
# Tout est prêt. Des réseaux neufs, un optimiseur Adam pour chacun (son réglage est l'objet de la section 8), et le même bruit
# `fixed_noise` d'un bout à l'autre pour suivre les progrès de $G$ : c'est le meilleur moyen de voir ce qui change.

# %%
training.set_seed(0)
generator = make_generator(latent_dim, hidden_dim, data_dim, leaky)
discriminator = make_discriminator(data_dim, hidden_dim, leaky)
optimizer_g = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(0.5, 0.999))
optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=1e-3, betas=(0.5, 0.999))

fixed_noise = noise(500)
run = training.Run(3000, sample=lambda: generator(fixed_noise), real=points)
train(generator, discriminator, optimizer_g, optimizer_d, points, run)

# %% [markdown]
# Votre générateur a-t-il appris le cercle ? Trois mesures répondent, sur mille points nouveaux : l'**écart au rayon**
# (les points sont-ils sur le cercle ?), le **tour couvert** (le cercle est-il entier ?) et la **distance d'énergie** aux
# vraies données (les deux nuages se ressemblent-ils en tout ? elle est proche de 0 s'ils ont la même loi). Il faut ici
# un écart au rayon sous 0,35, un tour couvert à 90 % au moins et une distance sous 0,07 : un bon essai fait bien mieux.

# %% nbgrader={"grade": true, "grade_id": "check_generator", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cercle

cercle.check_generator(globals())
### BEGIN HIDDEN TESTS
cercle.check_generator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# L'apprentissage en accéléré : d'abord une tache, puis un nuage qui se déplace et remplit le disque, et dont les points
# vont enfin se ranger sur le cercle.

# %%
plots.animation(run.snapshots, points)


# %% [markdown]
# ## 6. Regarder ce que G fabrique
#
# ### Question 9 : échantillonner
#
# Écrivez `sample(generator, n)`, qui fabrique `n` nouveaux points. On n'apprend rien ici : demandez à PyTorch de ne pas
# retenir le graphe de calcul (`torch.no_grad()`).

# %% nbgrader={"grade": false, "grade_id": "sample", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sample(generator, n):
    """n points nouveaux fabriqués par G, sans graphe de calcul : un tenseur de forme (n, data_dim)."""
    ### BEGIN SOLUTION
    with torch.no_grad():
        return generator(noise(n))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_sample", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cercle

cercle.check_sample(globals())
### BEGIN HIDDEN TESTS
cercle.check_sample(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Un bruit neuf, un appel à `generator`.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Le calcul se place dans un bloc `with torch.no_grad():`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `with torch.no_grad():`, puis `return generator(noise(n))` à l'intérieur du bloc.
#
# </details>

# %%
generated = sample(generator, 1000)
real = data.circle(n=1000, seed=1)
print(f"écart au rayon      {metrics.radius_error(generated):.3f}")
print(f"tour couvert        {metrics.angular_coverage(generated):.0%}")
print(f"distance d'énergie  {metrics.energy_distance(real, generated):.4f}", end="")
print(f"  (entre deux tirages du vrai cercle : {metrics.energy_distance(real, data.circle(n=1000, seed=2)):.4f})")
plots.scatter(points, generated, title="Cent points vus par D, mille points fabriqués par G")


# %% [markdown]
# Le vrai cercle n'a aucune épaisseur ; celui de $G$ en a une, et quelques points traînent à l'intérieur. Ceux-ci
# viennent de ce que $G$ est continu : deux bruits voisins donnent deux points voisins. Entre des bruits envoyés sur un
# bord du cercle et d'autres envoyés sur le bord opposé, $G$ traverse ici l'intérieur.
#
# ### Question 10 : ce que D en pense
#
# Écrivez `judged_real(discriminator, points)` : pour chaque point, `True` si $D(x) \ge 0{,}5$, `False` sinon.

# %% nbgrader={"grade": false, "grade_id": "judged_real", "locked": false, "schema_version": 3, "solution": true, "task": false}
def judged_real(discriminator, points):
    """La décision de D sur chaque point : n booléens, forme (n,)."""
    ### BEGIN SOLUTION
    with torch.no_grad():
        return discriminator(points).squeeze(1) >= 0.5
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_judged_real", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cercle

cercle.check_judged_real(globals())
### BEGIN HIDDEN TESTS
cercle.check_judged_real(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Une comparaison entre un tenseur et un nombre donne un tenseur de booléens.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `D` rend une colonne de forme (n, 1). `squeeze(1)`, `flatten()` ou `[:, 0]` en font un vecteur (n,).
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `return discriminator(points).squeeze(1) >= 0.5`.
#
# </details>

# %%
decision = judged_real(discriminator, generated)
print(f"D juge réels {decision.float().mean():.0%} des points fabriqués", end=" ")
print(f"et {judged_real(discriminator, points).float().mean():.0%} des vrais.")
plots.scatter(points, generated, judged_real=decision, title="Les décisions de D, au seuil 1/2")


# %% [markdown]
# Si $G$ a bien appris, les deux parts sont voisines : pour $D$, décider revient presque à tirer à pile ou face.
#
# ### Question 11 : la surface de décision
#
# $D$ a un avis sur tout le plan, pas seulement sur les points qu'on lui montre. Écrivez `decision_surface(discriminator, xs,
# ys)`, qui rend le tableau de ses notes sur une grille : `values[i, j]` est $D$ au point `(xs[j], ys[i])`.

# %% nbgrader={"grade": false, "grade_id": "decision_surface", "locked": false, "schema_version": 3, "solution": true, "task": false}
def decision_surface(discriminator, xs, ys):
    """D sur une grille, sans graphe de calcul : forme (len(ys), len(xs)), values[i, j] = D(xs[j], ys[i]).

    xs : les abscisses, un tenseur de forme (a,). ys : les ordonnées, un tenseur de forme (b,).
    """
    ### BEGIN SOLUTION
    grid_x, grid_y = torch.meshgrid(xs, ys, indexing="xy")
    grid = torch.stack([grid_x, grid_y], dim=-1)
    with torch.no_grad():
        return discriminator(grid.reshape(-1, 2)).reshape(len(ys), len(xs))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_decision_surface", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cercle

cercle.check_decision_surface(globals())
### BEGIN HIDDEN TESTS
cercle.check_decision_surface(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `torch.meshgrid(xs, ys, indexing="xy")` donne deux tableaux de forme `(len(ys), len(xs))` : les abscisses et les ordonnées de la grille.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `D` attend une liste de points, de forme (n, 2) : empilez les deux tableaux avec `torch.stack(…, dim=-1)`, puis `reshape(-1, 2)`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# La sortie de `D` a la forme (n, 1) : rendez-lui la forme de la grille avec `.reshape(len(ys), len(xs))`, le tout sous `torch.no_grad()`.
#
# </details>

# %%
axis = torch.linspace(-2, 2, 120)
values = decision_surface(discriminator, axis, axis)
plots.decision_surface(values, axis, axis, real=points, generated=generated[:150])

# %% [markdown]
# Sur l'anneau, là où vrais et faux se mêlent, $D$ hésite : sa note y est voisine de 1/2. Ailleurs, il n'a plus rien à juger
# depuis longtemps, et sa note ne veut pas dire grand-chose. Un discriminateur ne connaît que les endroits où on lui a
# montré des points.
#
# ## 7. L'équilibre

# %%
plots.losses(run.history)

# %% [markdown]
# Si l'on vous demandait à quoi ressemblent les pertes d'un GAN qui a bien appris, que diriez-vous ? « Zéro », lit-on
# parfois. C'est inexact. Quand les faux ont exactement la loi des vrais, $D$ ne peut faire mieux que d'hésiter :
# l'entraînement d'un GAN ne descend pas vers un minimum, il cherche un **équilibre**.
#
# ### Question 12
#
# À l'équilibre, que vaut $D(x)$ partout où il y a des points, vrais ou faux ? Et combien vaut alors la perte de $D$ de
# la question 4 ? Donnez deux nombres, à 0,01 près : l'un dans `d_at_equilibrium`, l'autre dans `loss_at_equilibrium`.

# %% nbgrader={"grade": false, "grade_id": "d_at_equilibrium", "locked": false, "schema_version": 3, "solution": true, "task": false}
d_at_equilibrium = None
### BEGIN SOLUTION
d_at_equilibrium = 0.5
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_d_at_equilibrium", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cercle

cercle.check_d_at_equilibrium(globals())
### BEGIN HIDDEN TESTS
cercle.check_d_at_equilibrium(globals(), seed=1)
### END HIDDEN TESTS

# %% nbgrader={"grade": false, "grade_id": "loss_at_equilibrium", "locked": false, "schema_version": 3, "solution": true, "task": false}
loss_at_equilibrium = None
### BEGIN SOLUTION
loss_at_equilibrium = 1.386  # 2 log 2
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_loss_at_equilibrium", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import cercle

cercle.check_loss_at_equilibrium(globals())
### BEGIN HIDDEN TESTS
cercle.check_loss_at_equilibrium(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Un vrai et un faux sont devenus indiscernables : quelle réponse coûte le moins cher à D, en moyenne ?
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# $D$ répond la même chose partout, à égale distance de 0 et de 1. Remplacez $D(x)$ et $D(G(z))$ par ce nombre dans $L_D$.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# $L_D = -\log\frac12 - \log\frac12$, avec le logarithme népérien.
#
# </details>

# %% [markdown]
# Les voici de nouveau, avec les valeurs de l'équilibre.

# %%
plots.losses(run.history, equilibrium=True)


# %% [markdown]
# ### Question 13 (corrigée à la main)
#
# Regardez les deux courbes de pertes ci-dessus, et l'animation de la section 5. Peut-on lire sur les seules pertes à quel
# moment le cercle a été appris ? Que dirait une perte de $D$ qui tombe à 0,05 et y reste ? Répondez en quelques lignes.

# %% [markdown] nbgrader={"grade": true, "grade_id": "reading_losses", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** Non : les pertes rejoignent vite le voisinage de l'équilibre (2 log 2 pour $D$, log 2 pour
# $G$) et n'en bougent presque plus pendant que les points continuent de s'améliorer ; elles en sont même proches avant
# tout apprentissage, quand $D$ répond environ 1/2 à tout. Chaque perte mesure l'avance d'un joueur sur
# l'autre, et non la qualité des points : deux débutants de même force ont les mêmes pertes que deux experts (1 point).
# Une perte de $D$ proche de 0 qui dure veut dire que $D$ ne se trompe plus : les faux sont faciles à démasquer, $G$ a
# décroché, et il n'apprend presque plus si sa perte sature (1 point).

# %% [markdown]
# ## 8. Deux recettes comparées
#
# Vous avez entraîné avec `LeakyReLU(0.2)` et `betas=(0.5, 0.999)`. Ce n'est pas la première idée qui vient : on
# prendrait plutôt `ReLU` et `betas=(0.9, 0.999)`, la valeur par défaut d'Adam. Essayons les deux recettes, avec vos
# fonctions, sans rien changer d'autre, et sur plusieurs graines : un entraînement isolé ne prouve rien.

# %%
def try_recipe(activation, betas, seed, steps):
    training.set_seed(seed)
    g = make_generator(latent_dim, hidden_dim, data_dim, activation)
    d = make_discriminator(data_dim, hidden_dim, activation)
    optimizer_g = torch.optim.Adam(g.parameters(), lr=1e-3, betas=betas)
    optimizer_d = torch.optim.Adam(d.parameters(), lr=1e-3, betas=betas)
    train(g, d, optimizer_g, optimizer_d, points, training.Run(steps, view=False))
    return sample(g, 1000)


recipes = {
    "ReLU, beta1 = 0.9": (nn.ReLU(), (0.9, 0.999)),
    "LeakyReLU, beta1 = 0.5": (nn.LeakyReLU(0.2), (0.5, 0.999)),
}
seeds = range(training.by_budget(essai=1, cpu=3, gpu=3))
clouds = {}
for name, (activation, betas) in recipes.items():
    for seed in seeds:
        cloud = try_recipe(activation, betas, seed, steps=1000)
        distance = metrics.energy_distance(real, cloud)
        clouds[f"{name}\ngraine {seed} : distance {distance:.2f}"] = cloud
plots.gallery(clouds, points, title="Deux recettes après 1000 étapes", columns=len(seeds))

# %% [markdown]
# Trois graines ne font pas une loi. Voici les mêmes recettes, et les deux intermédiaires, sur vingt graines chacune : combien
# ont appris le cercle, au sens de la vérification de la section 5 (`tools/study.py recipes`) ?
#
# | recette | après 1 000 étapes | après 3 000 étapes |
# |---|---|---|
# | LeakyReLU, beta1 = 0.5 | 20 sur 20 | 20 sur 20 |
# | LeakyReLU, beta1 = 0.9 | 2 sur 20 | 20 sur 20 |
# | ReLU, beta1 = 0.5 | 5 sur 20 | 15 sur 20 |
# | ReLU, beta1 = 0.9 | 0 sur 20 | 6 sur 20 |
#
# Une explication est plausible pour chacun des deux réglages. Une unité `ReLU` dont l'entrée est négative rend 0, et le
# gradient y est nul : or $G$ n'a que le gradient de $D$ pour apprendre. `LeakyReLU(0.2)`, du côté négatif, garde une
# pente de 0,2. Quant à `beta1`, il dit combien de temps Adam se souvient des gradients passés ; mais ceux-ci étaient
# calculés contre un adversaire qui, depuis, a changé.
#
# ### Question 14 (corrigée à la main)
#
# D'après ce tableau, lequel des deux choix (l'activation ou `beta1`) décide surtout **si** le cercle est appris au bout
# de 3 000 étapes, et lequel décide surtout **en combien de temps** ?
# Justifiez par les nombres. Pourquoi fallait-il vingt graines, et que risquait-on à n'en essayer qu'une ?

# %% [markdown] nbgrader={"grade": true, "grade_id": "comparing_recipes", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** L'activation décide si : avec `LeakyReLU`, les vingt essais finissent par réussir quel que soit
# `beta1` ; avec `ReLU`, il en manque encore 5 ou 14 sur 20 après 3 000 étapes (1 point). `beta1` décide surtout du temps :
# avec `LeakyReLU`, 20 sur 20 contre 2 sur 20 après 1 000 étapes, puis 20 contre 20 (1 point). Avec une seule graine, on
# pouvait tomber sur un des 6 essais heureux de `ReLU, beta1 = 0.9` et croire la recette bonne, ou sur un des 5 échecs
# de `ReLU, beta1 = 0.5` et la croire toujours mauvaise : le hasard de l'initialisation et du bruit peut cacher l'effet
# du réglage (1 point). Remarquer que `beta1` compte aussi avec `ReLU` (15 contre 6) est juste, et accepté.

# %% [markdown]
# ## Ce qu'il faut retenir
#
# - $G$ ne voit jamais les données : tout ce qu'il apprend passe par le gradient de $D$.
# - Un pas pour chacun, chacun son optimiseur : `detach()` dans le pas de $D$, jamais dans celui de $G$.
# - La perte non saturante donne une pente à $G$ quand il en a le plus besoin.
# - L'équilibre n'est pas une perte nulle : $D$ à 1/2, une perte de $D$ de $2\log 2$.
# - Les pertes ne disent pas si les points sont bons. Pour le savoir, on regarde et on mesure.
#
# **Pour rendre ce TP** : redémarrez le noyau, exécutez tout du début à la fin, enregistrez, et lancez la validation
# (bouton « Validate » de JupyterLab) : elle rejoue chaque vérification. Puis déposez le fichier `01_cercle.ipynb`, sans changer son nom.
#
# ## Pour aller plus loin (facultatif)
#
# 1. **Tout peut varier** : la taille du lot, le nombre d'étapes, `latent_dim`, `hidden_dim`, la profondeur, le taux
#    d'apprentissage, un `nn.Dropout(0.3)` dans $D$.
#    Avec `latent_dim = 1`, le cercle peut-il encore se fermer ? Essayez, et regardez où est la couture.
# 2. **La perte saturante à l'œuvre** : remplacez `generator_loss` par `saturating_loss` dans votre pas de $G$. L'échec est-il
#    aussi net que la section 4 le laisse craindre ?
# 3. **Deux pas de $D$ pour un de $G$**, ou l'inverse : qui domine, et à quoi le voit-on sur les pertes ?
#
# Travaillez tout en bas du notebook, dans des cellules **neuves** où vous recopiez le code sous d'autres noms. Ne
# copiez pas les cellules elles-mêmes : la correction prendrait la copie pour votre réponse.
#
# **Référence** : I. Goodfellow et al., *Generative Adversarial Nets*, NeurIPS 2014 (l'algorithme 1 est la boucle de la
# question 8, à la perte de $G$ près : il emploie la saturante ; la section 3 propose la non saturante).
