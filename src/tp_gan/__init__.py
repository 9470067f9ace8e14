"""tp-gan : travaux pratiques sur les réseaux antagonistes génératifs.

Ce que l'on apprend (réseaux, pertes, pas d'entraînement) est écrit dans les notebooks ; ce paquet tient le
reste : données (`data`), mesures (`metrics`), figures (`plots`), budget et suivi (`training`), vérifications
(`checks`). Chaque module est chargé à son premier usage.
"""

__version__ = "0.1.0"


class CourseError(Exception):
    """Une erreur dite en français, avec son remède. Un notebook montre son message seul, sans trace d'appels."""

    def _render_traceback_(self):
        return [f"✘ {self}"]
