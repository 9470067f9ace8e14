# %% [markdown] tags=["badge"]
# [![Ouvrir dans Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/votre_organisation/tp-gan/blob/main/notebooks/09_wgan_gp_visages/09_wgan_gp_visages.ipynb)

# %% [markdown]
# # TP 09 · WGAN-GP : des visages
#
# Au TP 08, la perte de $G$ ne disait rien de ses images, et $D$ finissait par gagner. Ce n'était pas un mauvais réglage : la perte
# elle-même est en cause. Le WGAN (Arjovsky et al., 2017) la remplace par une **distance** entre les vraies images et les fausses,
# que mesure un réseau appelé **critique**. Pour que ce soit une distance, le critique ne doit pas varier trop vite ; la **pénalité
# de gradient** (*gradient penalty*, d'où les lettres GP ; Gulrajani et al., 2017) est la façon la plus employée de l'obtenir. C'est
# avec elle que vous allez fabriquer des visages.
#
# **Vous allez**
#
# - voir la perte et le gradient d'un GAN disparaître quand $D$ est parfait ;
# - écrire la perte de Wasserstein, et mesurer si une fonction varie trop vite (la condition de Lipschitz) ;
# - écrire la pénalité de gradient, la comparer à l'écrêtage des poids, et la vérifier par différences finies ;
# - écrire la classe `WGANGP` et son `train_step`, entraîner des visages, lire ses courbes.
#
# **Prérequis** : le TP 08 (un GAN en classe Keras).
#
# **Durée** : environ deux heures et demie de travail.

# %% [markdown] tags=["bareme"]
# **Barème** : 20 points vérifiés automatiquement, 6 corrigés à la main.  
# **Temps de calcul** du corrigé entier : 469 s (budget « cpu »), 32 s (budget « essai »), mesurés sur 2 cœurs.

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
from IPython.display import display
from keras import layers

# %% [markdown]
# ## 1. Quand D est parfait
#
# Voici, écrits en entier, les deux problèmes que résolvaient $D$ et $G$ jusqu'ici, avec l'entropie croisée :
#
# $$\min_D \; -\,\mathbb{E}_{x}\big[\log D(x)\big] - \mathbb{E}_{z}\big[\log(1 - D(G(z)))\big],
# \qquad \min_G \; -\,\mathbb{E}_{z}\big[\log D(G(z))\big].$$
#
# Le premier a une solution que l'on sait écrire : si $p$ est la densité des vraies données et $q$ celle des fausses, le meilleur $D$
# est $D^*(x) = p(x) / (p(x) + q(x))$. Prenons deux lois normales d'écart-type 1, les vraies centrées en 0, les fausses en $d$, et
# regardons ce $D^*$.

# %%
x = np.linspace(-4, 10, 561)


def density(x, centre):
    return np.exp(-((x - centre) ** 2) / 2) / np.sqrt(2 * np.pi)


p, q = density(x, 0), density(x, 6)
curves = {"vraies : p(x)": p, "fausses : q(x), d = 6": q, "D*(x)": p / (p + q)}
plots.curves(x, curves, "x", "densité, ou probabilité", "Deux lois séparées, et le meilleur D")

# %% [markdown]
# Sur toutes les fausses données, $D^*$ est plat : il vaut 0, et sa pente aussi. Or $G$ n'apprend que par cette pente. Mesurons,
# pour une fausse donnée placée en $x = d$, le gradient que $G$ en reçoit, selon la perte choisie ; et ce que deviennent les pertes
# elles-mêmes.

# %%
d = np.linspace(0.05, 8, 160)
fooled = 1 / (1 + np.exp(d**2 / 2))  # D*(d) : le logit de D* est (d² - 2dx) / 2, donc -d² / 2 en x = d, et sa pente -d
slopes = {
    "log(1 - D) : saturante": fooled * d,
    "-log D : non saturante": (1 - fooled) * d,
    "distance de Wasserstein": np.ones_like(d),
}
display(plots.curves(d, slopes, "d, entre vraies et fausses", "gradient", "Ce que reçoit une fausse donnée", ylim=(0, 4)))

x = np.linspace(-12, 20, 4001)
p, q = density(x, 0), density(x, d[:, None])
loss_d = -np.trapezoid(p * np.log(p / (p + q)) + q * np.log(q / (p + q)), x, axis=1)
series = {"perte de D*": loss_d, "distance de Wasserstein": d}
plots.curves(d, series, "d, entre vraies et fausses", "valeur", "Laquelle dit si G s'approche ?", ylim=(0, 6))


# %% [markdown]
# - La perte **saturante** s'éteint dès que les deux lois se séparent : $G$ ne reçoit plus rien, au moment où il en a le plus besoin.
# - La perte **non saturante** ne s'éteint pas, mais son gradient croît sans borne avec la distance ; il est dicté par un $D$ qui se
#   trompe encore un peu, et devient instable quand $D$ ne se trompe plus.
# - Dans les deux cas, la perte de $D$ tombe à 0 et y reste : que $G$ soit à une distance de 5 ou de 8, elle ne le dit pas.
#
# La **distance de Wasserstein** est le plus petit travail qui transporte une loi sur l'autre, comme on déplace un tas de terre pour
# en former un autre : la masse multipliée par le chemin parcouru. Ici, c'est $d$. Elle décroît quand $G$ s'approche, et sa pente ne
# faiblit jamais.
#
# ## 2. La perte de Wasserstein
#
# Cette distance s'écrit aussi comme un maximum (dualité de Kantorovitch et Rubinstein) :
#
# $$W(p, q) = \max_{f \text{ 1-lipschitzienne}} \; \mathbb{E}_{x}\big[f(x)\big] - \mathbb{E}_{z}\big[f(G(z))\big].$$
#
# La fonction $f$ est le **critique** ; la section 3 dira ce que veut dire « 1-lipschitzienne ». Comparé à un discriminateur :
#
# - il ne rend pas une probabilité mais une **note**, un nombre quelconque : plus de sigmoïde ;
# - les étiquettes sont $y = 1$ pour les vraies images et $y = -1$ pour les fausses, et la perte est la moyenne de $-y \cdot$ note.
#   Celle du critique est la **somme** de deux de ces moyennes, l'une sur les vraies et l'autre sur les fausses ; celle de $G$ est
#   la même moyenne, sur ses seules images, qu'il voudrait voir notées comme des vraies.
#
# ### Question 1 : les deux pertes
#
# Écrivez `critic_loss` et `generator_loss`.

# %% nbgrader={"grade": false, "grade_id": "critic_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def critic_loss(on_real, on_fake):
    """La perte de Wasserstein du critique, à minimiser : un nombre. on_real, on_fake : des notes, de forme (n, 1)."""
    ### BEGIN SOLUTION
    return tf.reduce_mean(on_fake) - tf.reduce_mean(on_real)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_critic_loss", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import wgan

wgan.check_critic_loss(globals())
### BEGIN HIDDEN TESTS
wgan.check_critic_loss(globals(), seed=1)
### END HIDDEN TESTS

# %% nbgrader={"grade": false, "grade_id": "generator_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def generator_loss(on_fake):
    """La perte de Wasserstein de G, à minimiser : un nombre. on_fake : les notes de ses images, de forme (n, 1)."""
    ### BEGIN SOLUTION
    return -tf.reduce_mean(on_fake)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_generator_loss", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import wgan

wgan.check_generator_loss(globals())
### BEGIN HIDDEN TESTS
wgan.check_generator_loss(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `tf.reduce_mean` fait la moyenne de tous les nombres d'un tenseur. Il n'y a ni logarithme, ni sigmoïde.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Pour les vraies, $-y$ vaut -1 : minimiser la perte, c'est augmenter leurs notes. Pour les fausses, $-y$ vaut 1.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Le critique : la moyenne des notes des fausses **moins** celle des vraies. $G$ : l'opposé de la moyenne des notes de ses images.
#
# </details>

# %% [markdown]
# On reconnaît à cette perte deux propriétés, celles qui l'ont fait connaître :
#
# 1. elle **suit la qualité** : l'opposé de la perte du critique estime une distance, et baisse quand les images s'améliorent. C'est
#    une courbe que l'on peut enfin lire ;
# 2. l'entraînement est plus **stable** : le critique peut être aussi bon que possible sans que le gradient s'éteigne ; on
#    l'entraîne d'ailleurs davantage que $G$.
#
# ## 3. La condition de Lipschitz
#
# Sans cette condition, rien n'empêcherait le critique de multiplier ses notes par mille, et sa perte avec. Une fonction $f$ est
# **1-lipschitzienne** si
#
# $$|f(a) - f(b)| \le \lVert a - b \rVert_2 \qquad \text{pour tous } a, b,$$
#
# où $\lVert a - b \rVert_2$ est la norme euclidienne, racine de la somme des carrés sur **tous** les pixels et toutes les couleurs.
# Tenons-nous à cette norme-là du début à la fin, ici comme dans la pénalité : en changer (pour une moyenne de valeurs absolues, par
# exemple) change la condition.
#
# Entre deux points, la note ne varie donc jamais de plus que leur distance. En une dimension, cela se dessine : de chaque point du
# graphe part un double cône de pente 1, dont le reste du graphe ne sort pas.

# %%
x = np.linspace(-2, 2, 401)
functions = {"sin(x) est 1-lipschitzienne": np.sin(x), "sin(2x) ne l'est pas": np.sin(2 * x)}
plots.lipschitz_cone(x, functions, at=[0.4], title="Le cône d'un point, pour deux fonctions")


# %% [markdown]
# ### Question 2 : mesurer
#
# Écrivez `lipschitz_ratio(critic, a, b)` : pour chaque paire $(a_i, b_i)$, le rapport $|f(a_i) - f(b_i)| / \lVert a_i - b_i \rVert_2$.
# `a` et `b` sont des points `(n, 2)` **ou** des images `(n, h, w, c)` ; le résultat est de forme `(n,)`. (Aucun $a_i$ n'est
# égal à son $b_i$.)

# %% nbgrader={"grade": false, "grade_id": "lipschitz_ratio", "locked": false, "schema_version": 3, "solution": true, "task": false}
def lipschitz_ratio(critic, a, b):
    """La variation de la note rapportée à la distance, pour chaque paire : n nombres positifs, de forme (n,)."""
    ### BEGIN SOLUTION
    gap = tf.reshape(critic(a) - critic(b), [-1])
    difference = tf.reshape(a - b, [len(a), -1])
    return tf.abs(gap) / tf.norm(difference, axis=1)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_lipschitz_ratio", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import wgan

wgan.check_lipschitz_ratio(globals())
### BEGIN HIDDEN TESTS
wgan.check_lipschitz_ratio(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `tf.reshape(t, [tf.shape(t)[0], -1])` met chaque image sur une ligne, quelle que soit sa forme.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `tf.norm(lignes, axis=1)` est la norme de chaque ligne. Sans `axis`, ce serait celle de tout le lot.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Les notes sont de forme (n, 1) : aplatissez leur différence, `tf.reshape(critic(a) - critic(b), [-1])`, sans quoi la division par
# n normes donnerait n × n nombres.
#
# </details>

# %% [markdown]
# ## 4. Première idée : écrêter les poids
#
# Arjovsky et al. ramènent, après chaque pas du critique, **tous** ses poids dans $[-0{,}01 ; 0{,}01]$. Un réseau dont les poids
# sont bornés ne peut pas varier trop vite. Mais de combien ? Cela dépend du nombre de couches et de leur largeur, et ces auteurs
# écrivent eux-mêmes que c'est une façon manifestement très mauvaise (*a clearly terrible way*) d'imposer la condition.
#
# ### Question 3 : l'écrêtage
#
# Écrivez `clip_weights(critic, bound)`, qui **remplace** chaque poids entraînable par sa valeur ramenée dans `[-bound, bound]`. La
# fonction ne rend rien.

# %% nbgrader={"grade": false, "grade_id": "clip_weights", "locked": false, "schema_version": 3, "solution": true, "task": false}
def clip_weights(critic, bound=0.01):
    """Ramène chaque poids entraînable du critique dans [-bound, bound], sur place."""
    ### BEGIN SOLUTION
    for variable in critic.trainable_variables:
        variable.assign(tf.clip_by_value(variable, -bound, bound))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_clip_weights", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import wgan

wgan.check_clip_weights(globals())
### BEGIN HIDDEN TESTS
wgan.check_clip_weights(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `critic.trainable_variables` est la liste des poids, biais compris.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `tf.clip_by_value(t, bas, haut)` rend un **nouveau** tenseur ; `variable.assign(…)` remplace la valeur d'une variable.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `for variable in critic.trainable_variables:` puis `variable.assign(tf.clip_by_value(variable, -bound, bound))`.
#
# </details>

# %% [markdown]
# ## 5. La pénalité de gradient
#
# Une fonction dérivable est 1-lipschitzienne si, et seulement si, son gradient est partout de norme au plus 1. Et la théorie en dit
# plus : le meilleur critique a presque partout un gradient de norme **exactement 1** sur les segments qui joignent une vraie donnée
# à la fausse que le transport lui associe. Gulrajani et al. (2017) ajoutent donc à la perte du critique
#
# $$\lambda \; \mathbb{E}_{\hat x}\Big[\big(\lVert \nabla_{\hat x} f(\hat x) \rVert_2 - 1\big)^2\Big],
# \qquad \hat x = \epsilon\, x + (1 - \epsilon)\, G(z), \qquad \epsilon \sim \mathcal{U}[0, 1],$$
#
# avec $\lambda = 10$. Trois détails comptent :
#
# - $\epsilon$ suit la loi **uniforme** : une loi normale donnerait des $\hat x$ hors du segment. Il y en a **un par image**, le
#   même pour tous ses pixels, et un autre pour l'image suivante ;
# - le gradient est pris par rapport aux **images** $\hat x$, pas par rapport aux poids du critique ;
# - la dérivée de la racine carrée est infinie en 0. Si le gradient s'annule, celle de la pénalité devient $\infty \times 0$, donc NaN :
#   on ajoute $10^{-12}$ **sous** la racine.
#
# ### Question 4 : entre le vrai et le faux
#
# Écrivez `interpolate(real, fake)`, qui rend les $\hat x$. `real` et `fake` ont la même forme : `(n, 2)` ou `(n, h, w, c)`.
#
# Cette fonction et les suivantes serviront dans `fit`, c'est-à-dire dans un graphe, où `n` n'est pas connu d'avance : écrivez
# `tf.shape(real)[0]`, et non `len(real)`, et n'y employez ni NumPy, ni `float()`, ni `.numpy()`.

# %% nbgrader={"grade": false, "grade_id": "interpolate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def interpolate(real, fake):
    """Un point au hasard sur chaque segment de real[i] à fake[i] : la forme de real."""
    ### BEGIN SOLUTION
    epsilon = tf.random.uniform([tf.shape(real)[0]] + [1] * (len(real.shape) - 1))
    return epsilon * real + (1 - epsilon) * fake
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_interpolate", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import wgan

wgan.check_interpolate(globals())
### BEGIN HIDDEN TESTS
wgan.check_interpolate(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `tf.random.uniform(forme)` tire entre 0 et 1. Pour des images, la forme est (n, 1, 1, 1) : un seul nombre par image, que TensorFlow
# étend à tous les pixels.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Pour des points, c'est (n, 1). Une écriture qui convient aux deux cas : `[n] + [1] * (len(real.shape) - 1)`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# Prenez `tf.shape(real)[0]` pour n (il est connu même dans un `tf.function`), puis `epsilon * real + (1 - epsilon) * fake`.
#
# </details>

# %% [markdown]
# ### Question 5 : la pénalité
#
# Écrivez `gradient_penalty(critic, points)` : la moyenne, sur les `points` $\hat x$, de $(\lVert \nabla f \rVert_2 - 1)^2$,
# **sans** le facteur $\lambda$. La norme porte sur tous les nombres d'une image, comme à la section 3. (Le gradient de la *somme*
# des notes donne bien celui de chaque note : la note d'une image ne dépend que de cette image. Ce sera à retenir.)

# %% nbgrader={"grade": false, "grade_id": "gradient_penalty", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradient_penalty(critic, points):
    """La moyenne de (norme du gradient de la note - 1) au carré : un nombre. points : forme (n, 2) ou (n, h, w, c)."""
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        tape.watch(points)
        scores = critic(points, training=True)
    gradients = tape.gradient(scores, points)
    squares = tf.reduce_sum(tf.square(gradients), axis=range(1, len(gradients.shape)))
    return tf.reduce_mean((tf.sqrt(squares + 1e-12) - 1) ** 2)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_gradient_penalty", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import wgan

wgan.check_gradient_penalty(globals())
### BEGIN HIDDEN TESTS
wgan.check_gradient_penalty(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Un `GradientTape` ne suit d'office que les variables : `points` est un tenseur, il faut le lui dire, `tape.watch(points)`.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `tape.gradient(scores, points)` a la forme de `points`. Sommez ses carrés sur tous les axes **sauf le premier** : il reste n nombres.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `squares = tf.reduce_sum(tf.square(gradients), axis=range(1, len(gradients.shape)))`, puis `tf.sqrt(squares + 1e-12)`, moins 1, au
# carré, et la moyenne.
#
# </details>

# %% [markdown]
# Un gradient de gradient se vérifie. Comparons le vôtre, exact, à une approximation rudimentaire mais indépendante, celle des
# *différences finies* : déplacer $x$ d'un petit pas $h$ dans chaque direction, et regarder de combien la note change. Nous le
# faisons en double précision, sur un petit critique lisse :

# %%
training.set_seed(0)
hidden, last = layers.Dense(16, activation="tanh", dtype="float64"), layers.Dense(1, dtype="float64")


def smooth(x, training=None):
    return last(hidden(x))


points = tf.random.normal((5, 2), dtype=tf.float64)
h = 1e-5
columns = [(smooth(points + h * axis) - smooth(points - h * axis)) / (2 * h) for axis in np.eye(2)]
by_differences = np.mean((np.linalg.norm(np.hstack(columns), axis=1) - 1) ** 2)
print(f"pénalité, par le ruban (tape)           : {gradient_penalty(smooth, points):.8f}")
print(f"pénalité, par différences finies        : {by_differences:.8f}")

kernel = hidden.kernel
with tf.GradientTape() as tape:
    penalty = gradient_penalty(smooth, points)
exact = tape.gradient(penalty, kernel)[0, 0]
start, values = kernel.numpy(), []
for step in (h, -h):
    moved = start.copy()
    moved[0, 0] += step
    kernel.assign(moved)
    values.append(float(gradient_penalty(smooth, points)))
kernel.assign(start)
print(f"sa dérivée selon un poids, par le ruban : {exact:.8f}")
print(f"la même, par différences finies         : {(values[0] - values[1]) / (2 * h):.8f}")

# %% [markdown]
# Et sans le $10^{-12}$ ? Un critique dont la note est constante a un gradient nul partout. Un seul pas d'apprentissage suffirait à
# remplir ses poids de NaN :

# %%
flat = layers.Dense(1, kernel_initializer="zeros")
points = tf.random.normal((5, 2))
for epsilon in (0.0, 1e-12):
    with tf.GradientTape() as outer:
        with tf.GradientTape() as tape:
            tape.watch(points)
            scores = flat(points)
        norms = tf.sqrt(tf.reduce_sum(tape.gradient(scores, points) ** 2, axis=1) + epsilon)
        penalty = tf.reduce_mean((norms - 1) ** 2)
    print(f"epsilon = {epsilon:g} : dérivée selon le premier poids = {outer.gradient(penalty, flat.kernel)[0, 0]}")

# %% [markdown]
# ### Les deux méthodes, vues dans le plan
#
# Reprenons l'expérience de Gulrajani et al. : on **fige** les fausses données, de vrais points auxquels on ajoute du bruit, et l'on
# n'entraîne que le critique, longuement. Un critique écrêté, un critique pénalisé : le même réseau, le même nombre de pas. (Dans le
# plan, les distances sont petites : $\lambda = 1$ suffit, et laisse le critique épouser des formes plus fines.)

# %%
moons = tf.constant(data.two_moons(2000, seed=0))
moons = (moons - tf.reduce_mean(moons, axis=0)) / tf.math.reduce_std(moons, axis=0)


def plane_critic(clipped, steps):
    """Un critique du plan, entraîné à distinguer les deux lunes de leurs points bruités."""
    training.set_seed(0)
    critic = keras.Sequential([keras.Input((2,)), *(layers.Dense(128, activation="relu") for _ in range(3)), layers.Dense(1)])
    optimizer = keras.optimizers.Adam(1e-3, beta_1=0.5, beta_2=0.9)
    optimizer.build(critic.trainable_variables)

    @tf.function
    def step():
        real, other = (tf.gather(moons, tf.random.uniform((256,), maxval=len(moons), dtype=tf.int32)) for _ in range(2))
        fake = other + 0.5 * tf.random.normal(tf.shape(other))
        with tf.GradientTape() as tape:
            loss = critic_loss(critic(real), critic(fake))
            if not clipped:
                loss += gradient_penalty(critic, interpolate(real, fake))
        gradients = tape.gradient(loss, critic.trainable_variables)
        optimizer.apply_gradients(zip(gradients, critic.trainable_variables, strict=True))

    for _ in range(steps):
        step()
        if clipped:
            clip_weights(critic, 0.01)
    return critic


steps = training.by_budget(essai=100, cpu=1500, gpu=1500)
critics = {"poids écrêtés": plane_critic(True, steps), "pénalité de gradient": plane_critic(False, steps)}
axis = np.linspace(-2.5, 2.5, 101, dtype=np.float32)
grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
surfaces = {name: critic(grid).numpy().reshape(101, 101) for name, critic in critics.items()}
plots.level_lines(surfaces, axis, axis, moons[:300], "Ce que chaque critique a compris des deux lunes")

# %%
training.set_seed(1)
a, b = (tf.random.normal((2000, 2)) for _ in range(2))
for name, critic in critics.items():
    ratios = np.asarray(lipschitz_ratio(critic, a, b))
    print(f"{name:20} : rapports de {np.median(ratios):.2g} en médiane, {ratios.max():.2g} au plus")

weights = np.concatenate([np.ravel(w) for w in critics["poids écrêtés"].get_weights()])
edges = np.linspace(-0.01, 0.01, 10)
shares = np.histogram(weights, edges)[0] / len(weights)
labels = [f"{1000 * middle:.1f}".replace(".", ",") for middle in (edges[1:] + edges[:-1]) / 2]
plots.bars(shares, labels, "part des poids", "Les poids du critique écrêté", xlabel="valeur, en millièmes (milieu de l'intervalle)")


# %% [markdown]
# Les notes du critique pénalisé sont les plus hautes le long des lunes, et ses lignes de niveau en suivent les courbes. Le critique
# écrêté n'en a vu que les grands traits, un plateau bordé de facettes : presque tous ses poids se sont entassés sur les deux
# bornes, et un réseau dont presque tous les poids valent ±0,01 est une fonction très simple. Ses rapports sont d'ailleurs infimes,
# quelques millièmes au plus : il est bien lipschitzien, mais le gradient qui arriverait à $G$ serait presque nul. Avec une borne
# plus large, il pourrait au contraire grandir de couche en couche ; rien ne dit quelle borne est la bonne. Chez le critique
# pénalisé, les rapports sont de l'ordre de 1, et le dépassent par endroits : la pénalité est une incitation, non une garantie.
#
# ## 6. Les réseaux
#
# ### Question 6 : le critique
#
# Écrivez `make_critic(width, dropout)`, pour des images de 64 × 64 en couleurs :
#
# - quatre fois : `layers.Conv2D` de noyau 4, de pas 2, `padding="same"`, `layers.LeakyReLU(0.2)`, `layers.Dropout(dropout)` ; les
#   canaux sont `width`, `2 * width`, `4 * width`, `8 * width`, et les tailles 64, 32, 16, 8, 4 ;
# - `layers.Conv2D` vers 1 canal, de noyau 4, `padding="valid"` : de 4 × 4 à 1 × 1 ; puis `layers.Flatten()`.
#
# Avec biais, **sans** sigmoïde (c'est une note) et sans `BatchNormalization` (la fin de cette section dira pourquoi).

# %% nbgrader={"grade": false, "grade_id": "make_critic", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_critic(width, dropout):
    """Un nouveau critique : d'images (n, 64, 64, 3) vers (n, 1), des notes.

    width : les canaux de la première convolution. dropout : la part des nombres qu'efface chaque Dropout.
    """
    ### BEGIN SOLUTION
    network = keras.Sequential([keras.Input((64, 64, 3))], name="critic")
    for channels in (width, 2 * width, 4 * width, 8 * width):
        network.add(layers.Conv2D(channels, 4, strides=2, padding="same"))
        network.add(layers.LeakyReLU(0.2))
        network.add(layers.Dropout(dropout))
    network.add(layers.Conv2D(1, 4, padding="valid"))
    network.add(layers.Flatten())
    return network
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_make_critic", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import wgan

wgan.check_make_critic(globals())
### BEGIN HIDDEN TESTS
wgan.check_make_critic(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# `keras.Sequential([keras.Input((64, 64, 3))])`, puis `network.add(…)` dans une boucle sur les quatre nombres de canaux.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `layers.Conv2D(channels, 4, strides=2, padding="same")` divise la taille par deux : 64, 32, 16, 8, 4.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# À la fin, `layers.Conv2D(1, 4, padding="valid")` puis `layers.Flatten()`, et rien d'autre.
#
# </details>

# %% [markdown]
# ### Question 7 : le générateur
#
# Celui du TP 08, avec trois couleurs et la largeur que l'on veut. `make_generator(width, latent_dim)` :
#
# - `layers.Reshape((1, 1, latent_dim))`, puis `layers.Conv2DTranspose` vers `8 * width` canaux, de noyau 4, `padding="valid"` : de
#   1 × 1 à 4 × 4 ;
# - trois `layers.Conv2DTranspose` de noyau 4, de pas 2, `padding="same"`, vers `4 * width`, `2 * width`, `width` canaux : 8, 16, 32 ;
# - après chacune de ces quatre couches, qui n'ont **pas de biais** : `layers.BatchNormalization(momentum=0.9)` et
#   `layers.LeakyReLU(0.2)` ;
# - `layers.Conv2DTranspose` vers 3 canaux, de noyau 4, de pas 2, `padding="same"`, `activation="tanh"`, avec biais : 64 × 64.

# %% nbgrader={"grade": false, "grade_id": "make_generator", "locked": false, "schema_version": 3, "solution": true, "task": false}
def make_generator(width, latent_dim):
    """Un nouveau générateur : de (n, latent_dim) vers n images (n, 64, 64, 3), de valeurs dans [-1, 1]."""
    ### BEGIN SOLUTION
    network = keras.Sequential([keras.Input((latent_dim,)), layers.Reshape((1, 1, latent_dim))], name="generator")
    sizes = {"strides": 1, "padding": "valid"}
    for channels in (8 * width, 4 * width, 2 * width, width):
        network.add(layers.Conv2DTranspose(channels, 4, use_bias=False, **sizes))
        network.add(layers.BatchNormalization(momentum=0.9))
        network.add(layers.LeakyReLU(0.2))
        sizes = {"strides": 2, "padding": "same"}
    network.add(layers.Conv2DTranspose(3, 4, activation="tanh", **sizes))
    return network
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_make_generator", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import wgan

wgan.check_make_generator(globals())
### BEGIN HIDDEN TESTS
wgan.check_make_generator(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# La première transposée part d'une image de 1 × 1 : avec un noyau de 4 et `padding="valid"`, elle en fait une de 4 × 4.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Dans l'ordre, pour chaque bloc : la transposée (`use_bias=False`), `BatchNormalization`, `LeakyReLU`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# La dernière : `layers.Conv2DTranspose(3, 4, strides=2, padding="same", activation="tanh")`, sans normalisation après elle.
#
# </details>

# %%
full = {"critique": (make_critic(64, dropout=0.3), (1, 64, 64, 3)), "générateur": (make_generator(64, 128), (1, 128))}
for name, (network, shape) in full.items():
    network(tf.zeros(shape))  # construit un réseau qui ne le serait pas encore
    trainable = sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)
    print(f"{name:10} : {network.count_params():9,} nombres, dont {trainable:9,} entraînables".replace(",", " "))

# %% [markdown]
# Ce sont les nombres à pleine largeur, `width = 64`, avec un $z$ de 128 nombres. Sans GPU, on entraînera des réseaux quatre fois
# plus étroits, que font les mêmes fonctions.
#
# ### Pourquoi pas de BatchNorm dans le critique
#
# Avec `BatchNormalization`, la note d'une image dépend de la moyenne et de la variance du lot, donc des **autres** images. Mesurons-le :
# la dérivée de la note de la première image par rapport à chacune des huit images du lot.

# %%
training.set_seed(0)


def small_critic(normalised):
    network = keras.Sequential([keras.Input((64, 64, 3))])
    for channels in (8, 16):
        network.add(layers.Conv2D(channels, 4, strides=4, padding="same"))
        if normalised:
            network.add(layers.BatchNormalization())
        network.add(layers.LeakyReLU(0.2))
    network.add(layers.Flatten())
    network.add(layers.Dense(1))
    return network


batch = tf.random.uniform((8, 64, 64, 3), -1, 1)
influence = {}
for name, normalised in {"sans BatchNorm": False, "avec BatchNorm": True}.items():
    critic = small_critic(normalised)
    with tf.GradientTape() as tape:
        tape.watch(batch)
        first = critic(batch, training=True)[0]
    gradients = tf.reshape(tape.gradient(first, batch), [8, -1])
    influence[name] = tf.norm(gradients, axis=1).numpy()
    others = influence[name][1:] / influence[name][0]
    print(f"{name} : effet d'une autre image, rapporté à celui de l'image elle-même : de {others.min():.2f} à {others.max():.2f}")
labels = ["elle-même", *map(str, range(2, 9))]
plots.bars(influence["avec BatchNorm"], labels, "norme du gradient", "De quoi dépend la note de la première image", xlabel="image du lot")

# %% [markdown]
# ### Question 8 (corrigée à la main)
#
# 1. Pourquoi les auteurs de l'écrêtage le jugent-ils eux-mêmes si mauvais ? Répondez d'après ce que vous avez vu : les lignes de
#    niveau, les rapports, les poids.
# 2. La pénalité porte sur la norme du gradient de **chaque** note par rapport à **son** image. Que calcule `gradient_penalty` quand le
#    critique contient un `BatchNormalization` ? Que peut-on mettre à la place ?
# 3. Pourquoi évaluer la pénalité entre le vrai et le faux, plutôt que sur les vraies images seules ?

# %% [markdown] nbgrader={"grade": true, "grade_id": "penalty_or_clipping", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** L'écrêtage borne les poids, et non la pente : celle-ci dépend alors de la largeur et de la profondeur.
# Ici, la borne de 0,01 donne des rapports infimes, un gradient trop faible pour $G$ ; une borne plus grande le ferait grandir de
# couche en couche. Les poids s'entassent aux deux bornes, et le critique, réduit à une fonction très simple, ne voit pas la forme
# des lunes (1 point). Avec BatchNorm, la note d'une image dépend des autres : `tape.gradient` de la somme des notes rend, pour
# chaque image, la dérivée par rapport à elle de la somme de **toutes** les notes, et non de la sienne seule. La pénalité ne
# contraint donc plus la fonction que l'on veut contraindre (d'une image vers une note), qui n'existe d'ailleurs plus. On peut s'en
# passer, ou prendre une normalisation image par image : LayerNormalization (1 point). Le critique doit être lipschitzien là où $G$
# apprend, donc entre ses images et les vraies ; le meilleur critique a un gradient de norme 1 précisément sur ces segments.
# Contraint près des vraies seulement, il pourrait être plat ou très raide ailleurs, là où sont les fausses (1 point).

# %% [markdown]
# ## 7. La classe WGANGP
#
# ### Question 9 : les deux pas
#
# Un pas du critique : fabriquer autant de fausses images qu'il y a de vraies, **additionner** la perte de Wasserstein et
# `gp_weight` fois la pénalité, et ne déplacer que les poids du critique. Un pas de $G$ : fabriquer `batch_size` images, et ne
# déplacer que les poids de $G$.
#
# Appelez les réseaux avec `training=True` : ils contiennent des `BatchNormalization` et des `Dropout`. Et tirez $z$ avec `noise`,
# que voici.

# %% tags=["preparation"]
latent_dim = 128  # nombres tirés au hasard pour fabriquer un visage


def noise(n):
    """Du bruit de loi normale centrée réduite : un tenseur de forme (n, latent_dim)."""
    return tf.random.normal((n, latent_dim))


# %% nbgrader={"grade": false, "grade_id": "critic_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def critic_step(generator, critic, optimizer, real, gp_weight):
    """Un pas d'apprentissage du critique ; renvoie trois nombres : sa perte, la part de Wasserstein, la pénalité.

    optimizer : celui du critique. real : un lot de vraies images. La perte est la somme de la part de Wasserstein et de
    gp_weight fois la pénalité, qui est rendue sans ce facteur.
    """
    ### BEGIN SOLUTION
    fake = generator(noise(tf.shape(real)[0]), training=True)
    with tf.GradientTape() as tape:
        wasserstein = critic_loss(critic(real, training=True), critic(fake, training=True))
        penalty = gradient_penalty(critic, interpolate(real, fake))
        loss = wasserstein + gp_weight * penalty
    gradients = tape.gradient(loss, critic.trainable_variables)
    optimizer.apply_gradients(zip(gradients, critic.trainable_variables, strict=True))
    return loss, wasserstein, penalty
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_critic_step", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import wgan

wgan.check_critic_step(globals())
### BEGIN HIDDEN TESTS
wgan.check_critic_step(globals(), seed=1)
### END HIDDEN TESTS

# %% nbgrader={"grade": false, "grade_id": "generator_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def generator_step(generator, critic, optimizer, batch_size):
    """Un pas d'apprentissage de G ; renvoie sa perte. optimizer : celui de G."""
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        fake = generator(noise(batch_size), training=True)
        loss = generator_loss(critic(fake, training=True))
    gradients = tape.gradient(loss, generator.trainable_variables)
    optimizer.apply_gradients(zip(gradients, generator.trainable_variables, strict=True))
    return loss
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_generator_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import wgan

wgan.check_generator_step(globals())
### BEGIN HIDDEN TESTS
wgan.check_generator_step(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Dans le pas du critique, $G$ peut rester hors du `with tf.GradientTape()` : on n'a pas besoin de son gradient. Dans le pas de $G$, il doit
# être dedans, avec le critique.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# `tape.gradient(loss, critic.trainable_variables)`, puis `optimizer.apply_gradients(zip(gradients, critic.trainable_variables))`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `loss = critic_loss(critic(real, training=True), critic(fake, training=True)) + gp_weight * gradient_penalty(critic, interpolate(real, fake))`.
# La perte d'un pas de $G$ : `generator_loss(critic(fake, training=True))`.
#
# </details>

# %% [markdown]
# ### Question 10 : train_step
#
# Keras appelle `train_step` pour chaque lot. Pour que son estimation soit bonne, le critique fait `critic_steps` pas (3 à 5
# d'ordinaire), **puis** $G$ en fait un, sur un lot de même taille. Les pas du critique d'un même `train_step` voient les mêmes
# vraies images, et chacun de nouvelles fausses. Complétez la classe : `train_step` met à jour les quatre mesures
# (`self.c_loss.update_state(…)` ; pour le critique, avec les valeurs de son dernier pas) et rend `{mesure.name: mesure.result()}`
# pour les quatre.

# %% nbgrader={"grade": false, "grade_id": "WGANGP", "locked": false, "schema_version": 3, "solution": true, "task": false}
class WGANGP(keras.Model):
    """Un générateur et un critique, et comment ils apprennent l'un de l'autre."""

    def __init__(self, generator, critic, critic_steps=3, gp_weight=10.0):
        super().__init__()
        self.generator, self.critic = generator, critic
        self.critic_steps, self.gp_weight = critic_steps, gp_weight

    def compile(self, c_optimizer, g_optimizer):
        super().compile(jit_compile=False)  # sur un processeur, compiler (XLA) ralentit ce modèle
        self.c_optimizer, self.g_optimizer = c_optimizer, g_optimizer
        self.c_loss, self.c_wass, self.c_gp, self.g_loss = (
            keras.metrics.Mean(name=name) for name in ("c_loss", "c_wass", "c_gp", "g_loss")
        )

    @property
    def metrics(self):
        return [self.c_loss, self.c_wass, self.c_gp, self.g_loss]

    def train_step(self, real):
        """Un lot de vraies images : critic_steps pas du critique, un pas de G ; renvoie les quatre mesures."""
        ### BEGIN SOLUTION
        for _ in range(self.critic_steps):
            loss, wasserstein, penalty = critic_step(self.generator, self.critic, self.c_optimizer, real, self.gp_weight)
        g_loss = generator_step(self.generator, self.critic, self.g_optimizer, tf.shape(real)[0])
        for metric, value in zip(self.metrics, (loss, wasserstein, penalty, g_loss), strict=True):
            metric.update_state(value)
        return {metric.name: metric.result() for metric in self.metrics}
        ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_WGANGP", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import wgan

wgan.check_WGANGP(globals())
### BEGIN HIDDEN TESTS
wgan.check_WGANGP(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Une boucle `for _ in range(self.critic_steps):` autour du pas du critique ; le pas de $G$ vient après elle, une seule fois.
#
# </details>
#
# <details><summary>Indice 2</summary>
#
# Les réseaux, les optimiseurs et les réglages sont dans `self`. La taille du lot est `tf.shape(real)[0]`.
#
# </details>
#
# <details><summary>Indice 3</summary>
#
# `self.metrics` donne les quatre mesures dans l'ordre :
# `for metric, value in zip(self.metrics, (loss, wasserstein, penalty, g_loss), strict=True): metric.update_state(value)`.
#
# </details>

# %% [markdown]
# ## 8. Les visages
#
# Par défaut, les visages sont dessinés par le cours ; si le dossier que désigne `TP_GAN_DATA` contient CelebA, des photographies de
# célébrités, ce sont elles. Les images restent en mémoire sous forme d'octets ; elles ne sont ramenées à $[-1, 1]$ que lot par lot.

# %% tags=["preparation"]
def scale(pixels):
    """Des octets vers [-1, 1]."""
    return tf.cast(pixels, tf.float32) / 127.5 - 1


def batches(images, batch_size):
    """Des lots tirés au hasard, sans fin, ramenés à [-1, 1]."""
    rng = np.random.default_rng(0)

    def load(i):
        batch = tf.numpy_function(lambda _: images[np.sort(rng.integers(len(images), size=batch_size))], [i], tf.uint8)
        return scale(tf.ensure_shape(batch, (batch_size, 64, 64, 3)))

    return tf.data.Dataset.counter().map(load).prefetch(2)


# %%
faces = data.face_pictures()
plots.images(faces.images[:40], title="De vrais visages")

# %% [markdown]
# Les réglages :
#
# - la **largeur** : 64 sur un GPU, 16 ailleurs ;
# - `critic_steps = 3`, `gp_weight = 10` ;
# - Adam, avec des moyennes plus courtes que d'habitude, `beta_1 = 0.5` et `beta_2 = 0.9` : d'un pas à l'autre, le but de chaque
#   réseau change. Le taux d'apprentissage baisse jusqu'à presque 0 : les visages s'affinent à la fin au lieu de continuer à
#   changer ;
# - `use_ema` (*exponential moving average*) garde une **moyenne glissante** des poids de $G$, à peu près celle des cent derniers
#   pas ; c'est elle que l'on utilise à la fin, car elle efface les va-et-vient d'un pas à l'autre, et, avec eux, une part du grain
#   des images ;
# - pas de `dropout` pour un entraînement court ; 0,3 sur un GPU, où le critique aurait le temps d'apprendre par cœur les vraies
#   images.

# %% tags=["preparation"]
width = training.by_budget(essai=4, cpu=16, gpu=64)
dropout = training.by_budget(essai=0.0, cpu=0.0, gpu=0.3)
batch_size = training.by_budget(essai=16, cpu=16, gpu=64)
epochs, steps_per_epoch = training.by_budget(essai=(2, 10), cpu=(72, 50), gpu=(100, 100))
critic_steps = 3
highest_rate = training.by_budget(essai=1e-3, cpu=1e-3, gpu=2e-4)

# %%
training.set_seed(0)
fixed_noise = noise(16)


def adam(steps, **options):
    """Adam, dont le taux baisse en ligne droite jusqu'au vingtième."""
    rate = keras.optimizers.schedules.PolynomialDecay(highest_rate, steps, highest_rate / 20)
    return keras.optimizers.Adam(rate, beta_1=0.5, beta_2=0.9, **options)


model = WGANGP(make_generator(width, latent_dim), make_critic(width, dropout), critic_steps, gp_weight=10.0)
run = training.Run(
    epochs * steps_per_epoch,
    sample=lambda: model.generator(fixed_noise, training=False),
    real=faces.images[:16],
    snapshots=24,
)
model.compile(
    c_optimizer=adam(critic_steps * run.steps),
    g_optimizer=adam(run.steps, use_ema=True, ema_momentum=0.99),
)
model.fit(
    batches(faces.images, batch_size),
    epochs=epochs,
    steps_per_epoch=steps_per_epoch,
    callbacks=run.callbacks("09_wgan_gp_visages"),
    shuffle=False,
    verbose=0,
)
model.g_optimizer.finalize_variable_values(model.generator.trainable_variables)  # les poids deviennent leur moyenne

# %%
names = {"c_loss": "perte du critique", "c_wass": "part de Wasserstein", "c_gp": "pénalité", "g_loss": "perte de G"}
plots.measures(run.history, names=names, title="Les quatre mesures", ylabel="moyenne de l'époque en cours")

# %% [markdown]
# Comment lire ces courbes :
#
# - l'**estimation du critique** est l'opposé de la part de Wasserstein : la distance qu'il trouve entre vrais et faux. Elle monte
#   d'abord, le temps que le critique apprenne à la mesurer, puis elle baisse et se stabilise. Elle ne va pas jusqu'à 0 : il reste
#   des différences, et un critique qui apprend encore les trouve. (Sur dix graines, avec les réseaux du budget « cpu » et
#   400 étapes : de 72 à 109 au plus haut, puis de 6,1 à 9,5 à la fin.) Chaque point est la moyenne depuis le début de
#   l'époque, d'où les marches du début ;
# - la **pénalité**, grande au tout début, reste ensuite petite : la norme du gradient est voisine de 1 ;
# - la **perte de $G$** est l'opposé d'une note moyenne. Les notes n'ont pas de zéro de référence : leur ajouter 100 à toutes ne
#   change rien à la perte du critique. La perte de $G$ peut donc dériver, dans un sens ou dans l'autre, sans rien dire des images.

# %%
estimate = -np.array(run.history["c_wass"])
tenth = len(estimate) // 10
print(f"estimation du critique : {estimate.max():.1f} au plus haut, {estimate[-tenth:].mean():.1f} sur le dernier dixième")

# %%
plots.animation(run.snapshots, faces.images[:16], title="Seize z, toujours les mêmes")

# %%
training.set_seed(1)
generated = model.generator(noise(64), training=False).numpy()
plots.images(generated, columns=8, title="Soixante-quatre visages fabriqués par G, non choisis")


# %% [markdown]
# Personne n'a dit à $G$ ce qu'est un visage, ni ce que sont des cheveux : tout lui vient des notes du critique. Cherchez ce qu'il
# réussit (la place des yeux, les coiffures, la lumière, parfois des lunettes) et ce qu'il rate : des lunettes à moitié effacées,
# des cheveux de deux couleurs, et, de près, une trame fine que vous connaissez depuis le TP 06.
#
# On reproche aux GAN de se répéter, et aux auto-encodeurs variationnels (une autre famille de modèles, que cite le TP 06) de faire
# des images floues. Deux mesures simples : la distance moyenne entre deux images prises au hasard, qui tomberait à 0 si $G$ se
# répétait ; et la **netteté**, la différence moyenne entre un pixel et son voisin, qui tombe quand l'image est floue (et monte
# quand elle a du grain). À titre de comparaison, nous mesurons aussi des mélanges de quatre vrais visages : ils sont flous, comme
# le sont les images d'un modèle qui fait des moyennes.

# %%
def diversity(images):
    flat = images.reshape(len(images), -1)
    return np.mean(np.linalg.norm(flat[: len(flat) // 2] - flat[len(flat) // 2 :], axis=1))


def sharpness(images):
    return np.abs(np.diff(images, axis=2)).mean()


real = scale(faces.images[:512]).numpy()
many = np.concatenate([model.generator(noise(64), training=False).numpy() for _ in range(8)])
for name, images in {"vrais": real, "faux": many, "mélanges": real.reshape(128, 4, 64, 64, 3).mean(axis=1)}.items():
    print(f"{name:8} : diversité {diversity(images):5.1f}, netteté {sharpness(images):.3f}")

# %% [markdown]
# ### Entre deux visages

# %%
training.set_seed(4)
starts, ends = noise(5), noise(5)
t = tf.reshape(tf.linspace(0.0, 1.0, 10), (1, 10, 1))
path = tf.reshape((1 - t) * starts[:, None] + t * ends[:, None], (50, latent_dim))
plots.images(model.generator(path, training=False), title="Cinq promenades en ligne droite, de gauche à droite")

# %% [markdown]
# ### DCGAN contre WGAN-GP, en six points
#
# | | DCGAN (TP 08) | WGAN-GP |
# |---|---|---|
# | 1. perte | entropie croisée | distance de Wasserstein : une différence de moyennes |
# | 2. étiquettes | 1 et 0 | 1 et -1 |
# | 3. fin du réseau | sigmoïde : une probabilité | rien : une note |
# | 4. contrainte | aucune | pénalité de gradient, ajoutée à la perte du critique |
# | 5. pas par lot | un de $D$, un de $G$ | 3 à 5 du critique, un de $G$ |
# | 6. normalisation | BatchNorm dans $D$ | pas de BatchNorm dans le critique |
#
# Le prix : chaque pas du critique calcule un gradient de gradient, et il y en a plusieurs par pas de $G$. À largeur et à durée égales, un
# WGAN-GP voit donc trois à quatre fois moins d'images.
#
# ### Question 11 (corrigée à la main)
#
# 1. Décrivez la courbe de la part de Wasserstein, du début à la fin, et rapprochez-la de l'animation. En quoi cette courbe vous
#    sert-elle, alors que celles du TP 08 ne servaient à rien ?
# 2. La perte de $G$ monte pendant cent étapes. Faut-il arrêter l'entraînement ? Et si la **pénalité** montait ?
# 3. Pourquoi peut-on, et doit-on, entraîner le critique plus souvent que $G$, alors qu'au TP 08 un $D$ trop fort arrêtait tout ?

# %% [markdown] nbgrader={"grade": true, "grade_id": "reading_curves", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse.** L'estimation (l'opposé de la part de Wasserstein) monte vite, pendant que le critique apprend à mesurer ;
# elle baisse ensuite, vite puis lentement, et se stabilise, pendant que l'animation montre un fond et une tache couleur de peau,
# puis des yeux et des cheveux, enfin des détails. Elle suit la qualité : on peut comparer deux moments, et voir quand il ne sert
# plus à rien de continuer. Les pertes du TP 08 restaient à peu près constantes, chacune dépendant de l'adversaire (1 point). Non :
# la note n'a pas de zéro, et la perte de $G$ peut dériver sans que les images changent. Si la pénalité monte, le critique n'est
# plus 1-lipschitzien : son estimation ne vaut plus rien, et le gradient reçu par $G$ peut exploser ; il faut baisser le taux, ou
# augmenter `gp_weight` (1 point). L'estimation n'est une distance que si le critique est près de son maximum : plus il est bon,
# plus elle est juste, et son gradient ne s'éteint pas, puisque sa pente reste voisine de 1. Un $D$ parfait, lui, est plat là où
# sont les fausses images (1 point).

# %% [markdown]
# ## Ce qu'il faut retenir
#
# - L'entropie croisée s'éteint ou s'emballe quand $D$ devient parfait, et ne mesure pas les progrès de $G$.
# - La perte de Wasserstein est une différence de notes moyennes ; elle estime une distance, **si** le critique est 1-lipschitzien.
# - La pénalité de gradient : $\epsilon$ uniforme, un par image ; gradient par rapport aux images ; norme euclidienne ; un petit nombre
#   sous la racine ; $(\text{norme} - 1)^2$.
# - Pas de BatchNorm dans le critique ; plusieurs pas du critique pour un pas de $G$.
# - On suit l'estimation du critique et la pénalité ; la perte de $G$ seule ne dit rien.
#
# **Pour rendre ce TP** : redémarrez le noyau, exécutez tout du début à la fin, enregistrez, et lancez la validation
# (bouton « Validate » de JupyterLab) : elle rejoue chaque vérification. Puis déposez le fichier `09_wgan_gp_visages.ipynb`, sans changer
# son nom.
#
# ## Pour aller plus loin (facultatif)
#
# 1. **Écrêter pour de vrai** : entraînez les visages avec `clip_weights` au lieu de la pénalité. Que devient l'estimation du critique ?
# 2. **Cinq pas** au lieu de trois, à durée égale : l'estimation finale est-elle plus basse ?
# 3. **LayerNormalization** dans le critique : refaites la mesure de la section 6, puis quelques époques.
# 4. **Des photographies** : placez CelebA dans le dossier que désigne `TP_GAN_DATA`, et exécutez de nouveau le notebook. Le code ne
#    change pas.
#
# Travaillez tout en bas du notebook, dans des cellules **neuves** où vous recopiez le code sous d'autres noms. Ne
# copiez pas les cellules elles-mêmes : la correction prendrait la copie pour votre réponse.
#
# **Références** : M. Arjovsky, S. Chintala et L. Bottou, *Wasserstein generative adversarial networks*, ICML 2017. I. Gulrajani,
# F. Ahmed, M. Arjovsky, V. Dumoulin et A. Courville, *Improved training of Wasserstein GANs*, NeurIPS 2017. M. Arjovsky et L. Bottou,
# *Towards principled methods for training generative adversarial networks*, ICLR 2017.
