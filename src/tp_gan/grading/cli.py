"""La commande `tp-gan` : ranger les copies d'une classe, les corriger, rendre les notes."""

import argparse
import re
import sys
import warnings
from collections import Counter
from functools import partial
from pathlib import Path

from tp_gan import CourseError, __version__

__all__ = ["main"]

DONE, TO_LOOK_AT, BAD_COMMAND, REFUSED, CUT = 0, 1, 2, 3, 130

DESCRIPTION = """Corrige une classe, avec nbgrader. Dans l'ordre :

  tp-gan collect copies.zip     range les copies reçues (Moodle, Canvas, un dossier) dans submitted/
  tp-gan grade 01_cercle        les exécute à l'abri, et note
  tp-gan report                 notes.csv, retours aux étudiants, page de l'enseignant

À tout moment, on peut continuer à la main avec nbgrader ou Formgrader."""

CODES = """codes de sortie : 0 tout est fait ; 1 fait, mais des copies sont à regarder ; 2 commande mal écrite ;
3 arrêté, le message dit pourquoi ; 130 interrompu (la même commande finit ce qui reste)."""

BAR = "{desc} : {n_fmt}/{total_fmt} |{bar}| {elapsed}, reste {remaining}"


def main(arguments=None):
    """Lance la commande ; returns its exit code."""
    parser = _parser()
    if not (sys.argv[1:] if arguments is None else arguments):
        parser.print_help()
        return BAD_COMMAND
    options = parser.parse_args(arguments)
    try:
        # SQLAlchemy's, about nbgrader's own habits.
        warnings.filterwarnings("ignore", module="nbgrader")
        from tp_gan.grading.course import Course

        return options.run(Course.find(options.course), options)
    except CourseError as error:
        print(f"✘ {error}", file=sys.stderr)
        return REFUSED
    except ModuleNotFoundError as error:
        print(f"✘ il manque {error.name} : pip install 'tp-gan[grading]'.", file=sys.stderr)
        return REFUSED
    except OSError as error:
        print(f"✘ {error}. Rien n'est perdu : relancez la même commande ensuite.", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("\nInterrompu. Ce qui est fait est gardé : relancez la même commande pour finir.", file=sys.stderr)
        return CUT


def _parser():
    parser = _Parser(prog="tp-gan", description=DESCRIPTION, epilog=CODES)
    parser.add_argument("--version", action="version", version=__version__, help="dit la version")
    verbs = parser.add_subparsers(title="étapes ", metavar="étape", required=True)

    collect = _verb(verbs, "collect", _collect, "range les copies reçues dans submitted/")
    collect.add_argument("source", type=Path, help="un zip de Moodle ou de Canvas, ou un dossier de notebooks")
    collect.add_argument(
        "--tp", metavar="TP", help="le TP de toutes ces copies (sinon, leur nom ou leur contenu le dit)"
    )

    grade = _verb(verbs, "grade", _grade, "exécute les copies à l'abri, et note")
    grade.add_argument("tp", nargs="+", help="le TP, ou plusieurs, tels que 01_cercle")
    grade.add_argument("--student", action="append", metavar="ÉTUDIANT", help="seulement lui (peut se répéter)")
    grade.add_argument("--force", action="store_true", help="corriger aussi ce qui l'est déjà")
    where = grade.add_mutually_exclusive_group()
    where.add_argument(
        "--workers", type=_positive, default=1, metavar="N", help="copies à la fois sur cette machine (1)"
    )
    where.add_argument("--scheduler", metavar="ADRESSE", help="plutôt une grappe Dask, telle que tcp://serveur:8786")
    grade.add_argument("--no-sandbox", action="store_true", help="SANS PROTECTION : le code des copies peut tout faire")
    grade.add_argument("--cell", type=_positive, metavar="SECONDES", help="temps permis à une cellule")
    grade.add_argument("--total", type=_positive, metavar="SECONDES", help="temps permis à une copie")
    grade.add_argument("--memory", type=_positive, metavar="MO", help="mémoire permise à une copie, en mégaoctets")

    report = _verb(verbs, "report", _report, "écrit les notes, les retours et la page de l'enseignant")
    report.add_argument("tp", nargs="*", help="ces TP seulement (tous sinon)")
    report.add_argument("--folder", type=Path, metavar="DOSSIER", help="où écrire notes.csv et rapport.html (le cours)")
    return parser


class _Parser(argparse.ArgumentParser):
    """argparse, in French."""

    def __init__(self, **settings):
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, add_help=False, **settings)
        self._positionals.title, self._optionals.title = "à donner ", "options "
        self.add_argument("-h", "--help", action="help", help="montre cette aide")

    def format_usage(self):
        return super().format_usage().replace("usage:", "usage :")

    def format_help(self):
        return super().format_help().replace("usage:", "usage :", 1)

    def error(self, message):
        for english, french in _IN_FRENCH.items():
            message = message.replace(english, french)
        message = re.sub(r"(?<! ): ", " : ", message)
        self.exit(BAD_COMMAND, f"{self.format_usage()}✘ {message}. {self.prog} --help explique.\n")


_IN_FRENCH = {
    "the following arguments are required: ": "il manque ",
    "unrecognized arguments": "je ne connais pas",
    "expected one argument": "une valeur est attendue",
    "invalid choice: ": "je ne connais pas ",
    "choose from": "au choix",
    "not allowed with argument": "ne va pas avec",
    "argument ": "",
}


def _verb(verbs, name, run, summary):
    verb = verbs.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", epilog=CODES)
    verb.add_argument("--course", default=".", metavar="DOSSIER", help="le dossier du cours (celui où l'on est)")
    verb.set_defaults(run=run)
    return verb


def _positive(text):
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} n'est pas un nombre entier positif")
    return int(text)


def _bar(title):
    from tqdm import tqdm

    return partial(tqdm, desc=title, bar_format=BAR, dynamic_ncols=True)


def _collect(course, options):
    from tp_gan.grading.collect import collect

    records = collect(options.source, course, name=options.tp, progress=_bar("lecture"))
    width = max((len(record.student) for record in records), default=0)
    for record in records:
        print(f"{record.action:<12} {record.student:<{width}}  {record.path}")
        if record.why:
            print(f"{'':<12} {'':<{width}}  → {record.why}")
    counts = Counter(record.action for record in records)
    print("Fichiers : " + (", ".join(_counted(*one) for one in counts.items()) or "aucun") + ".")
    if empty := _without_copy(records):
        print(f"Sans notebook collecté : {', '.join(empty)}.")
    if names := sorted({record.assignment for record in records if record.action in ("collecté", "remplacé")}):
        print(f"Ensuite : tp-gan grade {' '.join(names)}")
    return TO_LOOK_AT if any(record.action == "refusé" for record in records) else DONE


def _counted(action, count):
    return f"{count} {action}" + ("s" if count > 1 and action.endswith("é") and " " not in action else "")


def _without_copy(records):
    """The folders received (a student's each, from Moodle) where no notebook was taken."""
    taken = {record.path.split("/")[0] for record in records if record.student}
    folders = {record.path.split("/")[0]: None for record in records if "/" in record.path}
    return [folder for folder in folders if folder not in taken and not folder.startswith((".", "__MACOSX"))]


def _grade(course, options):
    from tqdm import tqdm

    from tp_gan.grading.execution import Limits
    from tp_gan.grading.grade import grade

    asked = {"cell": options.cell, "total": options.total, "memory": options.memory and options.memory * 2**20}
    limits = Limits(**{name: value for name, value in asked.items() if value})
    if options.no_sandbox:
        print("⚠ sans bac à sable : le code des copies peut lire, écrire et envoyer ce qu'il veut.", file=sys.stderr)
    code = DONE
    for name in options.tp:
        course.check_name(name)
        here = [student for student in course.submissions(name) if student in (options.student or [student])]
        with tqdm(
            desc=name, total=len(here), bar_format=BAR, file=sys.stderr, dynamic_ncols=True, disable=not here
        ) as bar:

            def tell(student, verdict, done, total, bar=bar, name=name):
                bar.total, bar.n = total, done
                bar.refresh()
                if verdict.reason or verdict.suspicions:
                    what = f"échec : {verdict.reason}" if verdict.reason else f"à revoir : {verdict.suspicions[0]}"
                    tqdm.write(f"{name}, {student} : {what}", file=sys.stderr)

            verdicts = grade(
                course,
                name,
                students=options.student,
                workers=options.workers,
                scheduler=options.scheduler,
                sandbox=not options.no_sandbox,
                limits=limits,
                force=options.force,
                tell=tell,
            ).values()
        failed, odd = sum(bool(one.reason) for one in verdicts), sum(bool(one.suspicions) for one in verdicts)
        mended = sum(bool(one.notes) for one in verdicts)
        print(
            f"{name} : copies notées : {len(verdicts) - failed} (à revoir : {odd}, réparées : {mended}) ; "
            f"en échec : {failed}."
        )
        if failed or odd:
            code = TO_LOOK_AT
    print("Ensuite : les questions à la main dans Formgrader, puis tp-gan report (rapport.html dit le détail).")
    return code


def _report(course, options):
    from tp_gan.grading.report import report

    for path in report(course, options.tp or None, folder=options.folder, progress=_bar("retours")):
        print(path)
    return DONE


if __name__ == "__main__":
    sys.exit(main())
