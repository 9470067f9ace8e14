"""Des boutons qui lancent une expérience, là où un Jupyter sait les montrer."""

import sys

NO_BUTTONS = (
    "Boutons : exécutez cette cellule dans Jupyter ou Colab, avec ipywidgets, ou passez aux cellules suivantes."
)


class Buttons:
    """A row of buttons, or one line of text where nobody can press them: no ipywidgets, or no front end."""

    def __init__(self, box):
        self.box = box

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {"text/plain": NO_BUTTONS}
        if self.box is not None:
            identity = {"version_major": 2, "version_minor": 0, "model_id": self.box.model_id}
            bundle["application/vnd.jupyter.widget-view+json"] = identity
        return bundle


def buttons(actions, title=""):
    """Une rangée de boutons : chacun lance sa fonction, et ce qu'elle écrit s'affiche dessous.

    actions: a dictionary from the text of a button to a function without argument. While one runs, none can be
    pressed; an exception is told under the buttons. Without ipywidgets, and in a notebook that is executed without a
    reader (whose saved widgets would show an error), one line says what to do instead.
    """
    if not _someone_reads():
        return Buttons(None)
    try:
        import ipywidgets
    except ImportError:
        return Buttons(None)
    shown = ipywidgets.Output()
    row = [ipywidgets.Button(description=name, layout={"width": "auto"}) for name in actions]

    def press(pressed):
        for button in row:
            button.disabled = True
        try:
            shown.clear_output()
            with shown:
                actions[pressed.description]()
        finally:
            for button in row:
                button.disabled = False

    for button in row:
        button.on_click(press)
    label = [ipywidgets.Label(title)] if title else []
    line = ipywidgets.HBox(row, layout={"flex_flow": "row wrap"})
    return Buttons(ipywidgets.VBox([*label, line, shown]))


def _someone_reads():
    """Whether a front end that can answer sent this cell: programs that execute notebooks allow no input."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    kernel = getattr(shell, "kernel", None)
    return kernel is not None and getattr(kernel, "_allow_stdin", True)
