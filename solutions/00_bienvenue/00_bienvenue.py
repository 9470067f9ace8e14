# %% [markdown] tags=["badge"]
# [![Ouvrir dans Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/votre_organisation/tp-gan/blob/main/notebooks/00_bienvenue/00_bienvenue.ipynb)

# %% [markdown]
# # TP 00 · Bienvenue
#
# Un **réseau antagoniste génératif** (*generative adversarial network*, GAN) apprend à fabriquer des exemples nouveaux qui
# ressemblent à ceux qu'on lui a donnés : des points, des chiffres manuscrits, des visages. Dans les TP suivants, vous en
# construirez une dizaine. Dans celui-ci, vous apprenez les règles du jeu.
#
# **À la fin de ce TP, vous saurez**
#
# - répondre dans un notebook, faire vérifier vos réponses et rendre votre travail ;
# - dire qui fait quoi dans un GAN, ce que chacun des deux réseaux voit, et pourquoi leurs pertes s'opposent ;
# - reconnaître ce qu'un GAN sait faire, ce qu'il ne sait pas faire, et les questions que pose son usage.
#
# **Prérequis** : Python, les tableaux NumPy, et l'idée de la descente de gradient. Aucune connaissance des GAN, aucune
# bibliothèque de réseaux de neurones : ici, rien ne s'entraîne.
#
# **Durée** : de 60 à 75 minutes.

# %% [markdown] tags=["bareme"]
# **Barème** : 12 points vérifiés automatiquement, 3 corrigés à la main.  
# **Temps de calcul** du corrigé entier : 2 s (budget « cpu »), 2 s (budget « essai »), mesurés sur 2 cœurs.

# %% tags=["installation"]
# Sur Colab, installe le paquet du cours ; ailleurs, cette cellule ne fait rien.
import subprocess
import sys

if "google.colab" in sys.modules:
    archive = "https://github.com/votre_organisation/tp-gan/archive/refs/heads/main.zip"
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", f"tp-gan @ {archive}"], check=True)

# %% tags=["preparation"]
import numpy as np

from tp_gan import data, plots, training
from tp_gan.checks.bienvenue import MYSTERY_CLOUDS_ALT, mystery_clouds

training.setup(seed=0)

# %% [markdown]
# ## 1. Travailler dans un notebook
#
# **Exécuter.** Un notebook est une suite de cellules, de texte ou de code. Cliquez dans une cellule, puis appuyez sur
# **Maj + Entrée** : elle s'exécute et la suivante est sélectionnée. Exécutez toutes les cellules, dans l'ordre, y compris
# les deux cellules de code qui précèdent.
#
# **Répondre.** Une cellule de réponse contient ces deux lignes :
#
# ```python
# # VOTRE CODE ICI
# pass
# ```
#
# Remplacez-les par votre réponse. Gardez les noms de variables et de fonctions qui sont donnés : la
# vérification les cherche.
#
# **Vérifier.** La cellule qui suit dit si la réponse est juste et, sinon, ce qui ne va pas. Essayez autant de fois que
# vous le voulez, seul le dernier état compte. Cette cellule est verrouillée : ne la modifiez pas, ne la supprimez pas, ne
# la copiez pas. La correction relancera les mêmes vérifications, parfois sur d'autres valeurs.
#
# **Se faire aider.** Sous les exercices, trois indices sont repliés ; le troisième donne presque la réponse.
#
# **Avant de rendre**
#
# 1. Redémarrez le noyau et exécutez tout depuis le début (dans JupyterLab, le bouton au double triangle de la barre
#    d'outils). Une cellule qui n'a marché que grâce à une variable effacée depuis se trahit ainsi. L'exécution s'arrête
#    à la première erreur, donc à la première question laissée vide : c'est la dernière cellule qui porte un numéro `[n]`.
# 2. Dans JupyterLab, le bouton « Validate » fait la même chose jusqu'au bout, et répond en anglais : « Success! » si
#    toutes les vérifications passent, sinon la liste des cellules qui échouent (« The following cell failed »), avec nos
#    messages.
# 3. Enregistrez (**Ctrl + S**, ou **Cmd + S** sur Mac), puis déposez le fichier `00_bienvenue.ipynb`, sous ce nom, là où
#    votre enseignant l'a demandé. Un travail incomplet se rend aussi : chaque question compte à part.
#
# **Ne rien perdre**
#
# - *Dans Colab*, commencez par enregistrer une copie dans votre Drive (menu Fichier) : sans elle, vos réponses
#   disparaissent avec l'onglet. À la fin, téléchargez le notebook au format `.ipynb` (même menu) et rendez ce fichier.
# - *Un calcul trop long* s'interrompt par le bouton ■ ; ce qui est déjà calculé reste.
# - *Partout*, fermer ou redémarrer la session efface les variables, mais pas ce que vous avez écrit. Il suffit de
#   réexécuter les cellules.

# %% [markdown]
# ## 2. Première réponse, première vérification
#
# Voici 100 points tirés au hasard sur le cercle de rayon 1. Au TP 01, un GAN apprendra à en fabriquer de semblables.

# %%
real = data.circle(n=100, seed=0)
print("forme du tableau :", real.shape)
plots.scatter(real, title="Des points du cercle")


# %% [markdown]
# `real` a la forme (100, 2) : une ligne par point, une colonne par coordonnée.
#
# **Question.** Écrivez `radius(points)`, qui renvoie la distance de chaque point à l'origine. Pour des points
# $(x_{i,1}, x_{i,2})$, c'est un tableau de $n$ nombres :
#
# $$r_i = \sqrt{x_{i,1}^2 + x_{i,2}^2}, \qquad i = 1, \dots, n.$$
#
# Cette fonction vous servira à démasquer des faux à la section 6.

# %% nbgrader={"grade": false, "grade_id": "radius", "locked": false, "schema_version": 3, "solution": true, "task": false}
def radius(points):
    """Distance de chaque point à l'origine.

    points : tableau de forme (n, 2), une ligne par point.
    Renvoie un tableau de forme (n,).
    """
    ### BEGIN SOLUTION
    return np.sqrt((points**2).sum(axis=1))
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_radius", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import bienvenue

bienvenue.check_radius(globals())
### BEGIN HIDDEN TESTS
bienvenue.check_radius(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Il y a trois opérations : mettre au carré, additionner, prendre la racine. NumPy applique la première et la dernière à
# tout un tableau d'un coup, sans boucle.
# </details>
#
# <details><summary>Indice 2</summary>
#
# L'addition se fait entre les deux coordonnées d'un même point, c'est-à-dire le long d'une ligne. L'argument `axis`
# de `sum` choisit la direction : `axis=0` additionne les points entre eux, `axis=1` additionne les coordonnées de chaque
# point.
# </details>
#
# <details><summary>Indice 3</summary>
#
# `squares = points**2` a la forme (n, 2) et `squares.sum(axis=1)` a la forme (n,). Il reste à en renvoyer la racine, avec
# `np.sqrt`.
# </details>

# %% [markdown]
# ## 3. L'imitateur et l'ornithologue
#
# Un artisan fabrique des appeaux, ces petits sifflets qui imitent le chant des oiseaux. Il est enfermé dans son atelier et
# n'a **jamais entendu un oiseau**. À chaque essai, il souffle au hasard, plus ou moins fort, plus ou moins longtemps ; le
# sifflet fait de ce souffle un chant.
#
# Dehors, une ornithologue écoute des enregistrements. Les uns viennent de la forêt, les autres de l'atelier, et seule
# l'oreille peut les distinguer. À chacun, elle donne une note : 1 si elle est certaine d'entendre un oiseau, 0 si elle est
# certaine d'entendre un sifflet, 0,5 si elle n'en sait rien. Elle débute, elle aussi : après chaque note, on lui révèle
# d'où venait l'enregistrement, et elle corrige son oreille.
#
# L'artisan, lui, reçoit le **verdict** sur ses chants. Pas un simple « raté » : « un peu plus aigu à la fin, et ma note
# aurait monté ». Il retouche très légèrement son sifflet dans cette direction. Puis l'ornithologue réécoute, apprend à
# entendre le défaut suivant, et ainsi de suite. Aucun des deux ne progresserait sans l'autre.
#
# | dans l'histoire | dans un GAN |
# |---|---|
# | l'artisan et son sifflet | le **générateur** $G$ et ses poids |
# | le souffle, différent à chaque essai | le **bruit** $z$, tiré au hasard |
# | le chant du sifflet | un exemple fabriqué, $G(z)$ |
# | les chants de la forêt | les **données réelles** $x$ |
# | l'ornithologue et sa note | le **discriminateur** $D$ et sa sortie, entre 0 et 1 |
# | la révélation de l'origine, après la note | l'**étiquette**, 1 pour un vrai, 0 pour un faux |
# | « un peu plus aigu, et ma note aurait monté » | le **gradient** de la note, rétropropagé à travers $D$ jusqu'à $G$ |
# | la porte fermée de l'atelier | $G$ ne voit jamais les données, seulement ce qu'en dit $D$ |
#
# **Où l'analogie s'arrête**
#
# - Ni l'un ni l'autre ne *veut* quoi que ce soit : chacun suit le gradient de sa perte.
# - L'ornithologue a entendu d'autres oiseaux dans sa vie ; $D$ ne sait que ce que nos données lui ont appris.
# - Un artisan se contenterait d'un seul chant parfait. On demande à $G$ **toute la variété** de la forêt, chaque chant
#   avec sa juste fréquence. Quand il n'en produit plus que quelques-uns, on parle d'*effondrement des modes* (TP 02).
# - Le succès ne consacre aucun gagnant : quand l'imitation est parfaite, l'ornithologue en est réduite à jouer à pile ou
#   face.

# %% [markdown]
# ## 4. Le schéma d'un GAN
#
# La même histoire, sans les oiseaux.

# %%
plots.gan_diagram()

# %% [markdown]
# **Le discriminateur $D$ est un classifieur.** Il reçoit un exemple, un seul, et rend un nombre $D(x)$ de $[0, 1]$ : la
# probabilité, selon lui, que cet exemple soit réel. Pour des images, c'est d'ordinaire un réseau convolutionnel comme ceux
# qui reconnaissent des chats : il part de beaucoup de pixels et finit par un seul nombre. On lit parfois que $D$ est un
# réseau « déconvolutionnel » ; c'est confondre avec $G$.
#
# **Le générateur $G$ fait le chemin inverse.** Il part de peu de nombres, le bruit $z$, et en fabrique beaucoup : les
# coordonnées d'un point, les pixels d'une image. C'est chez lui que l'on trouve des convolutions *transposées*, qui
# agrandissent (TP 06). Le bruit est sa seule source de variété : un autre $z$ donne un autre exemple.
#
# **L'apprentissage est dit non supervisé.** $D$ a pourtant besoin d'étiquettes : 1 pour les vrais, 0 pour les faux. Mais
# personne n'a eu à les écrire : on sait d'où vient chaque exemple, puisque c'est nous qui l'avons pris dans les données ou
# demandé à $G$. Aucun humain n'a annoté quoi que ce soit.
#
# **Deux retours, en pointillés.** Quand $D$ apprend, seuls les poids de $D$ changent. Quand $G$ apprend, le gradient
# traverse $D$ pour atteindre $G$, mais $D$ est *figé* : seuls les poids de $G$ changent. Aucune flèche ne va des données
# à $G$.

# %% [markdown]
# ## 5. Un jeu à deux
#
# ### L'objectif
#
# Un seul nombre mesure la réussite de $D$ :
#
# $$V(D, G) = \underbrace{\mathbb{E}_{x}\big[\log D(x)\big]}_{\text{grand si } D(x) \text{ est proche de 1}}
# + \underbrace{\mathbb{E}_{z}\big[\log\big(1 - D(G(z))\big)\big]}_{\text{grand si } D(G(z)) \text{ est proche de 0}}$$
#
# où $\mathbb{E}$ désigne une moyenne, sur les données $x$ ou sur les bruits $z$. $D$ cherche à **augmenter** $V$, $G$ à le
# **diminuer** (Goodfellow *et al.*, 2014) :
#
# $$\min_G \max_D V(D, G).$$
#
# Comme on écrit d'habitude des pertes à minimiser, la perte de $D$ est $-V$ et celle de $G$ est $V$. Leur somme est
# toujours nulle : ce que l'un gagne, l'autre le perd. C'est un **jeu à somme nulle**. (Au TP 01, $G$ recevra une perte
# un peu différente, qui pousse dans le même sens mais avec plus de force quand $D$ le démasque. La somme n'est alors
# plus nulle, mais l'opposition reste.)
#
# La cellule suivante calcule ces deux pertes dans trois situations. Changez les notes et réexécutez-la.

# %%
situations = {
    "D a raison, et il en est sûr": (0.99, 0.01),
    "D hésite toujours": (0.5, 0.5),
    "D se trompe": (0.1, 0.9),
}
print(f"{'situation':30} {'D(x)':>6} {'D(G(z))':>8} {'perte de D':>11} {'perte de G':>11}")
for name, (d_real, d_fake) in situations.items():
    value = np.log(d_real) + np.log(1 - d_fake)
    print(f"{name:30} {d_real:6.2f} {d_fake:8.2f} {-value:11.3f} {value:11.3f}")


# %% [markdown]
# ### L'équilibre n'est pas une perte nulle
#
# - Quoi que fasse $G$, $D$ peut s'assurer une perte de $-\log\frac12 - \log\frac12 = 2 \log 2 \approx 1{,}386$ : il lui
#   suffit de répondre $1/2$ à tout.
# - Quand $G$ imite parfaitement les données, $D$ ne peut pas faire mieux : il n'y a plus rien à distinguer.
#
# L'**équilibre** est là : $D = 1/2$ partout, et une perte de $D$ de $2 \log 2$. On lit parfois qu'un GAN a convergé quand
# ses pertes sont nulles. C'est le contraire. Si la perte de $D$ tombe à 0, $D$ sépare les vrais des faux à coup sûr :
# l'imitation se voit, et $G$ peine à apprendre d'un juge aussi catégorique.
#
# ### Pourquoi un simple `model.fit` ne suffit pas
#
# `fit` fait descendre **une** perte par rapport à **tous** les poids d'un modèle. Ici, la même quantité $V$ doit monter
# selon les poids de $D$ et descendre selon ceux de $G$ ; additionner les deux pertes donne 0, et il n'y a plus rien à
# minimiser. De plus, la perte de chacun dépend de l'autre, qui change sans cesse : elle ne mesure pas un progrès, mais un
# rapport de forces. On écrit donc une boucle à **deux mises à jour qui alternent** : un pas pour $D$ ($G$ figé), un pas
# pour $G$ ($D$ figé), et l'on recommence. Ce sera le travail du TP 01. (Au TP 08, vous garderez `fit`,
# mais en récrivant le pas qu'il exécute.)
#
# La compétition n'est pas pour autant une nouvelle manière de calculer. Chaque pas est une descente de gradient ordinaire,
# dont le gradient est calculé par **rétropropagation** ; la compétition dit seulement *quelle perte* chacun fait descendre.
#
# ### Rien ne garantit la convergence
#
# Voici le plus petit jeu à somme nulle : $G$ ne règle qu'un nombre $u$, $D$ qu'un nombre $v$, et $V = u\,v$. L'équilibre
# est $(0, 0)$. Chacun suit exactement son gradient ; regardez à quelle distance de l'équilibre ils se trouvent.

# %%
def play(alternating, steps=300, rate=0.1):
    """Distance à l'équilibre, pas après pas, quand G diminue u * v et que D l'augmente."""
    u, v, distances = 1.0, 0.0, []
    for _ in range(steps):
        distances.append(np.sqrt(u**2 + v**2))
        v_next = v + rate * u  # D monte : la dérivée de u * v par rapport à v est u
        u = u - rate * (v_next if alternating else v)  # G descend : la dérivée par rapport à u est v
        v = v_next
    return distances


plots.curves(
    np.arange(300),
    {"pas simultanés": play(alternating=False), "pas alternés": play(alternating=True)},
    xlabel="pas",
    ylabel="distance à l'équilibre",
    title="Deux joueurs qui suivent leur gradient",
    ylim=(0, 5),
)

# %% [markdown]
# Quand ils jouent en même temps, ils s'éloignent de plus en plus. Quand ils alternent, ils tournent autour de l'équilibre
# sans jamais s'en approcher. Personne n'a commis d'erreur : c'est la nature du jeu. Pour que les vrais GAN convergent, il
# faut donc de bons réglages, et parfois une autre perte (TP 09).

# %% [markdown]
# ## 6. À vous d'être le discriminateur
#
# Voici six nuages de 100 points. Certains ont été tirés du cercle de rayon 1, comme à la section 2 ; les autres sont des
# imitations. Regardez, et notez votre avis sur un papier avant d'aller plus loin.

# %%
clouds = mystery_clouds()
plots.gallery(
    clouds,
    title="Lesquels sont vrais ?",
    alt=MYSTERY_CLOUDS_ALT,
)

# %% [markdown]
# Mesurez maintenant, avec votre fonction `radius`. L'écart-type dit de combien les rayons d'un même nuage s'écartent
# d'ordinaire de leur moyenne.

# %%
print(f"{'':8} {'rayon moyen':>12} {'écart-type':>11}")
for name, points in clouds.items():
    r = radius(points)
    print(f"{name:8} {np.mean(r):12.3f} {np.std(r):11.3f}")

# %% [markdown]
# **Question.** Quels nuages sont vrais ? Donnez leurs numéros, dans l'ordre que vous voulez : par exemple
# `real_clouds = "16"` pour les nuages 1 et 6.

# %% nbgrader={"grade": false, "grade_id": "real_clouds", "locked": false, "schema_version": 3, "solution": true, "task": false}
real_clouds = None
### BEGIN SOLUTION
real_clouds = "25"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_real_clouds", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import bienvenue

bienvenue.check_real_clouds(globals())
### BEGIN HIDDEN TESTS
bienvenue.check_real_clouds(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# <details><summary>Indice 1</summary>
#
# Un vrai nuage a deux qualités : tous ses points sont à la distance 1 de l'origine, et ils font tout le tour du cercle.
# </details>
#
# <details><summary>Indice 2</summary>
#
# La mesure juge la première qualité : le rayon moyen doit valoir 1 *et* l'écart-type doit être nul. L'œil juge la seconde :
# sur la figure, cherchez les grands trous.
# </details>
#
# <details><summary>Indice 3</summary>
#
# La mesure élimine deux nuages, dont un que l'œil aurait accepté. La figure en élimine deux autres, que la mesure aurait
# acceptés. Il en reste deux.
# </details>
#
# <details><summary>À lire une fois la réponse trouvée : ce qu'il faut en retenir</summary>
#
# Regarder ne suffisait pas : un faux était invisible à l'œil. Mesurer le rayon ne suffisait
# pas non plus : deux faux étaient parfaits pour cette mesure. Un juge ne vaut que par les **critères** qu'il emploie. Vous
# avez choisi les vôtres ; un discriminateur apprend les siens, et il en cherche de nouveaux dès que $G$ a corrigé les
# défauts que les anciens révélaient.
#
# Il y a tout de même une différence : vous avez jugé des nuages entiers, alors que $D$ note un point à la fois. Si $G$ oublie
# un arc, aucun de ses points n'a l'air suspect. Mais $D$ apprend que cette région ne contient que des vrais, sa note y
# monte, et le gradient de cette note peut y attirer $G$.
# </details>

# %% [markdown]
# ## 7. Le paysage
#
# ### Choisir quoi produire, puis les données
#
# Un projet de GAN commence par deux décisions, dans cet ordre : **que veut-on produire ?** puis **quels exemples le
# montrent ?** $G$ imitera tout ce qui s'y trouve, défauts et déséquilibres compris : si les cheveux blonds sont rares dans
# les données, ils seront rares dans les images. Reste à vérifier que l'on a le droit d'utiliser ces données.
#
# ### À quoi cela sert
#
# | usage | ce que $G$ reçoit | ce qu'il produit |
# |---|---|---|
# | visages, peintures, personnages animés | du bruit | une image nouvelle dans le style des exemples |
# | prototypes (un meuble, une chaussure) | du bruit, parfois un croquis | des variantes à trier par un concepteur |
# | colorisation | une photo en noir et blanc | la même, avec des couleurs plausibles |
# | super-résolution | une petite image | une grande, aux détails plausibles |
# | texte vers image | une phrase | une image qui l'illustre |
# | imitation de médias, animation | une image ou une voix | une voix imitée, un visage mis en mouvement |
# | articles | du bruit | un texte ; les GAN y réussissent mal |
#
# « Plausible » ne veut pas dire « vrai » : un détail ajouté par super-résolution est *inventé*. Quant au texte, il est
# fait de mots, que l'on ne peut pas modifier « un tout petit peu » : le gradient de $D$ n'y guide pas bien $G$, et ce sont
# d'autres modèles qui écrivent aujourd'hui.
#
# ### Applications, et questions qu'elles posent
#
# - **Traduire une image en une autre** : de l'été à l'hiver, du jour à la nuit, d'un plan à une vue aérienne, d'un cheval à
#   un zèbre.
# - **Compléter une image** : effacer une partie d'un visage et la remplir de façon vraisemblable.
# - **Hypertrucages** (*deepfakes*) : faire dire ou faire faire à quelqu'un ce qu'il n'a ni dit ni fait. Tous ne viennent pas
#   d'un GAN, mais la question est la même : cette personne a-t-elle **consenti**, et le public est-il **prévenu** ? En
#   France, l'article 226-8 du Code pénal punit la diffusion de tels contenus sans consentement, s'il n'apparaît pas à
#   l'évidence qu'ils sont artificiels ou s'il n'en est pas expressément fait mention.
#
# Dans ce cours, les visages par défaut sont dessinés par un programme : ils ne sont ceux de personne.
#
# ### Augmenter des données : transformer ou générer ?
#
# | | recadrer, zoomer, retourner | générer par un GAN |
# |---|---|---|
# | besoins | presque rien | déjà beaucoup d'exemples, et un entraînement |
# | nouveauté | la même image, vue autrement | des images nouvelles, qui mêlent ce que les exemples montrent |
# | étiquette | conservée, si la transformation la respecte (un « 6 » retourné n'est plus un « 6 ») | à garantir : c'est l'objet des GAN conditionnels (TP 05) |
# | risque | faible et visible | copies, défauts discrets, biais repris ou amplifiés |
#
# Un GAN ne crée pas d'information sur ce que les données n'ont jamais montré. La seule preuve d'utilité est de comparer, sur
# des **données réelles mises de côté**, le modèle entraîné avec et sans les images générées. Commencez toujours par les
# transformations simples.
#
# ### Les limites
#
# - **Résolution et taille.** Une image 28 × 28 en gris compte 784 nombres ; un visage 64 × 64 en couleurs, 12 288 ; un
#   portrait photoréaliste 1024 × 1024, 3 145 728, soit environ 4 000 fois plus que la première. Il faut plus de couches, plus de
#   paramètres et plus de calcul.
# - **Diversité.** $G$ peut se contenter de quelques réussites et oublier le reste.
# - **Contrôle.** Avec le bruit seul, on ne choisit pas ce qui sort. Ajouter une condition, par exemple la classe voulue,
#   donne prise sur le résultat (TP 05 et 10).
#
# La **croissance progressive** répond à la première limite : on apprend d'abord à faire des images de 4 × 4 pixels, puis on
# ajoute aux deux réseaux des couches pour passer à 8 × 8, 16 × 16… jusqu'à 1024 × 1024 (Karras *et al.*, 2018 ; TP 11).
#
# **Quel matériel ?** Un processeur (CPU) suffit aux points et aux petits réseaux des TP 00 à 05. À partir du TP 06, les
# convolutions gagnent beaucoup à un GPU ; si vous n'en avez pas, Colab en prête, et chaque TP a des réglages plus légers
# pour s'en passer. Le photoréalisme en haute résolution demande plusieurs GPU pendant des jours : on les loue dans le
# *cloud*.
#
# ### Les architectures
#
# | année | nom | idée |
# |---|---|---|
# | 2014 | GAN | deux réseaux adversaires (TP 01) |
# | 2014 | GAN conditionnel | une étiquette est donnée à $G$ et à $D$ (TP 05) |
# | 2016 | DCGAN | des réseaux convolutionnels et des réglages qui les rendent stables (TP 06) |
# | 2016 | texte vers image | la condition est une phrase (Reed *et al.*) |
# | 2017 | WGAN, puis WGAN-GP | une autre perte : $D$ devient un *critique*, qui donne un score (TP 09) |
# | 2017 | pix2pix | traduire une image en une autre, ce qui s'apprend sur des **paires** (un plan et sa vue aérienne) |
# | 2017 | CycleGAN, DiscoGAN | la même chose **sans paires** : traduire, puis revenir, doit redonner l'image de départ |
# | 2018 | croissance progressive | la résolution augmente pendant l'entraînement (TP 11) |
# | 2019 | StyleGAN | $z$ règle le *style* à chaque échelle, de la pose (grossière) aux couleurs (fines) |
# | 2021 | IsGAN | du portrait photographique au croquis, et retour, en conservant l'identité |
#
# **PixelRNN n'est pas un GAN**, même si on le trouve dans de telles listes (van den Oord *et al.*, 2016) : il écrit l'image
# pixel après pixel, chacun d'après les précédents, et maximise la vraisemblance des données. Il n'a ni discriminateur ni
# adversaire. Les **modèles de diffusion**, auxquels on doit la plupart des générateurs d'images actuels, n'en sont pas non
# plus : ils apprennent à retirer du bruit, par petites étapes. Un GAN, lui, produit son image en un seul passage.

# %% [markdown]
# ## 8. Le quiz
#
# Huit questions, une seule bonne réponse à chacune. Donnez la lettre entre guillemets, par exemple `quiz_1 = "a"`. Si la
# réponse est fausse, la vérification vous dit pourquoi, et où relire.

# %% [markdown]
# **Question 1.** Qu'est-ce que le discriminateur d'un GAN ?
#
# - **a.** un réseau « déconvolutionnel », qui agrandit peu à peu une image
# - **b.** une mesure de la distance entre un faux et la donnée réelle la plus proche
# - **c.** un classifieur, qui rend la probabilité qu'un exemple soit réel
# - **d.** un réseau qui retouche les faux jusqu'à ce qu'ils paraissent réels

# %% nbgrader={"grade": false, "grade_id": "quiz_1", "locked": false, "schema_version": 3, "solution": true, "task": false}
quiz_1 = None
### BEGIN SOLUTION
quiz_1 = "c"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_quiz_1", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import bienvenue

bienvenue.check_quiz_1(globals())
### BEGIN HIDDEN TESTS
bienvenue.check_quiz_1(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# **Question 2.** De quoi le générateur dispose-t-il pour apprendre ?
#
# - **a.** du bruit en entrée, et du gradient du verdict de $D$ sur ce qu'il a fabriqué
# - **b.** des données réelles, qu'il reçoit en entrée et apprend à reproduire
# - **c.** d'une moyenne des données réelles, dont il s'écarte au hasard
# - **d.** d'un oui ou d'un non pour chacun de ses exemples, et de rien d'autre

# %% nbgrader={"grade": false, "grade_id": "quiz_2", "locked": false, "schema_version": 3, "solution": true, "task": false}
quiz_2 = None
### BEGIN SOLUTION
quiz_2 = "a"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_quiz_2", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import bienvenue

bienvenue.check_quiz_2(globals())
### BEGIN HIDDEN TESTS
bienvenue.check_quiz_2(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# **Question 3.** $D$ s'entraîne avec des étiquettes. Pourquoi dit-on que l'apprentissage est non supervisé ?
#
# - **a.** parce que les étiquettes ne servent qu'à $G$
# - **b.** parce que $G$ range les données dans des groupes qu'il découvre seul
# - **c.** parce qu'aucune perte n'utilise les étiquettes
# - **d.** parce que personne n'a eu à annoter les données : on sait d'où vient chaque exemple

# %% nbgrader={"grade": false, "grade_id": "quiz_3", "locked": false, "schema_version": 3, "solution": true, "task": false}
quiz_3 = None
### BEGIN SOLUTION
quiz_3 = "d"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_quiz_3", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import bienvenue

bienvenue.check_quiz_3(globals())
### BEGIN HIDDEN TESTS
bienvenue.check_quiz_3(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# **Question 4.** Que se passe-t-il à l'équilibre, quand $G$ imite parfaitement les données ?
#
# - **a.** $D$ ne se trompe plus jamais, et sa perte vaut 0
# - **b.** $D$ répond 1/2 partout, et sa perte vaut $2 \log 2$
# - **c.** $D$ répond 1 partout, puisque tout paraît réel
# - **d.** $D$ répond 1/2 partout, et sa perte vaut 0, puisqu'il n'y a plus rien à apprendre

# %% nbgrader={"grade": false, "grade_id": "quiz_4", "locked": false, "schema_version": 3, "solution": true, "task": false}
quiz_4 = None
### BEGIN SOLUTION
quiz_4 = "b"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_quiz_4", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import bienvenue

bienvenue.check_quiz_4(globals())
### BEGIN HIDDEN TESTS
bienvenue.check_quiz_4(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# **Question 5.** Pendant un entraînement, la perte de $D$ descend à 0,001 et y reste. Que faut-il en penser ?
#
# - **a.** le GAN a convergé, on peut s'arrêter
# - **b.** $G$ trompe $D$ à tous les coups
# - **c.** $G$ produit des copies exactes des données
# - **d.** $D$ sépare les vrais des faux à coup sûr : il domine $G$, dont les faux se reconnaissent encore

# %% nbgrader={"grade": false, "grade_id": "quiz_5", "locked": false, "schema_version": 3, "solution": true, "task": false}
quiz_5 = None
### BEGIN SOLUTION
quiz_5 = "d"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_quiz_5", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import bienvenue

bienvenue.check_quiz_5(globals())
### BEGIN HIDDEN TESTS
bienvenue.check_quiz_5(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# **Question 6.** Pourquoi un `model.fit` ordinaire ne suffit-il pas à entraîner un GAN ?
#
# - **a.** parce que chaque réseau a sa perte, qui dépend de l'autre : il faut deux mises à jour qui alternent
# - **b.** parce que `fit` exige des étiquettes, et qu'un GAN n'en a pas
# - **c.** parce qu'un GAN n'a pas de perte
# - **d.** parce que minimiser la somme des deux pertes, quoique possible, serait trop lent

# %% nbgrader={"grade": false, "grade_id": "quiz_6", "locked": false, "schema_version": 3, "solution": true, "task": false}
quiz_6 = None
### BEGIN SOLUTION
quiz_6 = "a"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_quiz_6", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import bienvenue

bienvenue.check_quiz_6(globals())
### BEGIN HIDDEN TESTS
bienvenue.check_quiz_6(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# **Question 7.** Lequel de ces modèles n'est **pas** un GAN ?
#
# - **a.** pix2pix
# - **b.** CycleGAN
# - **c.** PixelRNN
# - **d.** StyleGAN

# %% nbgrader={"grade": false, "grade_id": "quiz_7", "locked": false, "schema_version": 3, "solution": true, "task": false}
quiz_7 = None
### BEGIN SOLUTION
quiz_7 = "c"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_quiz_7", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import bienvenue

bienvenue.check_quiz_7(globals())
### BEGIN HIDDEN TESTS
bienvenue.check_quiz_7(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# **Question 8.** Dans un GAN, quel rapport y a-t-il entre la compétition et la rétropropagation ?
#
# - **a.** c'est la même chose : rétropropager, c'est mettre deux réseaux en compétition
# - **b.** la compétition fixe la perte de chaque réseau, la rétropropagation en calcule le gradient
# - **c.** la rétropropagation corrige $G$ ; $D$ est corrigé par la compétition
# - **d.** la compétition remplace la rétropropagation : un GAN s'entraîne sans gradient

# %% nbgrader={"grade": false, "grade_id": "quiz_8", "locked": false, "schema_version": 3, "solution": true, "task": false}
quiz_8 = None
### BEGIN SOLUTION
quiz_8 = "b"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_quiz_8", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false} tags=["nbval-check-output"]
from tp_gan.checks import bienvenue

bienvenue.check_quiz_8(globals())
### BEGIN HIDDEN TESTS
bienvenue.check_quiz_8(globals(), seed=1)
### END HIDDEN TESTS

# %% [markdown]
# ## 9. Une question ouverte
#
# Un hôpital n'a que quelques centaines de radiographies d'une maladie rare. Il voudrait entraîner un GAN sur ces images,
# puis ajouter les images générées aux vraies, pour qu'un modèle apprenne à dépister la maladie.
#
# **Question** (corrigée à la main). En une quinzaine de lignes : quelles sont les **deux** premières choses que vous
# vérifieriez, et comment ? Donnez aussi **un** cas où vous refuseriez d'entraîner ce GAN ou d'employer ses images, et
# dites pourquoi.

# %% [markdown] nbgrader={"grade": true, "grade_id": "avis", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Éléments de réponse et barème** (1 point par élément, pour deux vérifications et un refus ; une affirmation sans moyen de
# la vérifier, ou un refus sans raison, vaut un demi-point ; toute autre réponse aussi bien argumentée compte de même.)
#
# *Première vérification (1 point) : cela sert-il ?* On met de côté, avant tout, des radiographies réelles de patients qui
# ne servent ni au GAN ni au modèle. On entraîne le modèle de dépistage deux fois, sans et avec les images générées, et on
# compare ses erreurs sur ces vraies images, en particulier les malades manqués, avec plusieurs graines. On compare aussi à
# de simples transformations : de petits décalages, des rotations, un zoom. Sans gain net, on s'arrête là.
#
# *Seconde vérification (1 point), une au choix :*
# - *Les images sont-elles justes ?* Avec si peu d'exemples, le GAN peut inventer ou effacer une lésion. Des radiologues
#   notent à l'aveugle un mélange d'images vraies et générées, et disent si le signe de la maladie y est.
# - *Sont-elles variées, et nouvelles ?* On cherche, pour chaque image générée, la plus proche image d'entraînement : une
#   copie n'apprend rien au modèle et révèle les données d'un patient. On vérifie aussi que toutes les formes de la maladie
#   sont présentes.
# - *Sont-elles représentatives ?* Si un âge, un sexe ou un appareil domine dans les données, le GAN le reproduit, voire
#   l'accentue. On compare les erreurs du modèle groupe par groupe.
#
# *Un refus (1 point), un au choix, avec sa raison :*
# - évaluer le modèle sur des images générées, ou sur des patients vus par le GAN : le résultat ne dirait rien des vrais
#   malades ;
# - montrer une image générée à un médecin, ou la verser à un dossier, comme si c'était celle d'un patient ;
# - partager les images générées comme si elles étaient anonymes, quand certaines sont presque des copies ;
# - utiliser les radiographies sans base légale, ou sans que les patients aient été informés ;
# - une forme de la maladie absente des données : un GAN ne peut pas l'inventer.

# %% [markdown]
# ## 10. La suite
#
# | TP | vous y construirez |
# |---|---|
# | 01 Le cercle | votre premier GAN, de la première à la dernière ligne (PyTorch) |
# | 02 Les demi-lunes | de quoi mesurer la qualité, et voir l'effondrement des modes |
# | 03 Le *swiss roll* | un GAN en trois dimensions, et une étude de la taille du bruit |
# | 04 Les chiffres | des images, et la question : $G$ copie-t-il ? |
# | 05 Les chiffres, au choix | un GAN conditionnel |
# | 06 DCGAN | des convolutions, et une animation de l'apprentissage |
# | 07 DCGAN avec Keras | le même modèle, dans une autre bibliothèque |
# | 08 Les briques | un laboratoire des échecs, et leurs remèdes |
# | 09 WGAN-GP | des visages, avec une perte plus stable |
# | 10 Visages au choix | le même visage, avec d'autres cheveux |
# | 11 Aller plus loin | évaluer honnêtement, et les GAN d'aujourd'hui |
#
# Avant de déposer votre travail, relisez « Avant de rendre », à la section 1.
#
# ### Pour aller plus loin (facultatif)
#
# - I. Goodfellow *et al.* (2014), *Generative Adversarial Nets*. L'article fondateur ; la section 4 démontre que, pour $G$
#   fixé, le meilleur juge est $D(x) = \dfrac{p_{\text{données}}(x)}{p_{\text{données}}(x) + p_G(x)}$. Retrouvez-y la valeur
#   1/2.
# - M. Mirza et S. Osindero (2014), *Conditional Generative Adversarial Nets*.
# - A. Radford, L. Metz et S. Chintala (2016), *Unsupervised Representation Learning with Deep Convolutional Generative
#   Adversarial Networks* (DCGAN).
# - S. Reed *et al.* (2016), *Generative Adversarial Text to Image Synthesis*.
# - A. van den Oord, N. Kalchbrenner et K. Kavukcuoglu (2016), *Pixel Recurrent Neural Networks* (PixelRNN).
# - M. Arjovsky, S. Chintala et L. Bottou (2017), *Wasserstein GAN*.
# - I. Gulrajani *et al.* (2017), *Improved Training of Wasserstein GANs* (WGAN-GP).
# - P. Isola *et al.* (2017), *Image-to-Image Translation with Conditional Adversarial Networks* (pix2pix).
# - J.-Y. Zhu *et al.* (2017), *Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks* (CycleGAN).
# - T. Kim *et al.* (2017), *Learning to Discover Cross-Domain Relations with Generative Adversarial Networks* (DiscoGAN).
# - T. Karras *et al.* (2018), *Progressive Growing of GANs for Improved Quality, Stability, and Variation*.
# - T. Karras, S. Laine et T. Aila (2019), *A Style-Based Generator Architecture for Generative Adversarial Networks*
#   (StyleGAN).
# - L. Yan *et al.* (2021), *IsGAN: Identity-sensitive Generative Adversarial Network for Face Photo-Sketch Synthesis*.
