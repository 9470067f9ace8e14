"""La correction d'une classe : la commande `tp-gan`, autour de nbgrader (extra `grading`).

Un module par étape : `collect` range les copies reçues, `repair` remet en état celles qui sont abîmées, `execution`
les exécute une à une dans `sandbox`, sous l'œil de `tripwires`, `cluster` les répartit, `grade` tient le fil et
écrit les notes, `report` les publie. `course` est le dossier du cours, `cli` la ligne de commande.
"""
