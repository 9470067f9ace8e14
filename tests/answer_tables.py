"""How the tables of tests/answers write the answers to a question."""


def written(heads):
    """`body`, `bodies` and `wrong_bodies` of the questions whose signatures these are."""

    def body(question, text):
        """A function of the question's signature with this body."""
        return heads[question] + "\n" + "\n".join("    " + line for line in text.strip("\n").split("\n")) + "\n"

    def bodies(question, answers):
        return {name: body(question, text) for name, text in answers.items()}

    def wrong_bodies(question, answers):
        """Also the bodies that answer nothing, which every question has."""
        nothing = {
            "blank": ('"""Une phrase."""\n# VOTRE CODE ICI\npass', "encore vide"),
            "todo": ("raise NotImplementedError", "encore vide"),
            # A loop that does nothing is told so; every other function must return something.
            "nothing returned": ("forgotten = 1", "fait 0 pas" if question == "train" else "return"),
        }
        return {name: (body(question, text), words) for name, (text, words) in {**nothing, **answers}.items()}

    return body, bodies, wrong_bodies


def changed(text, *pairs):
    """The text with each old part, found once, replaced by a new one."""
    for old, new in pairs:
        assert text.count(old) == 1, (text, old)
        text = text.replace(old, new)
    return text
