# nbgrader's settings for this course; read when nbgrader or JupyterLab is started in this folder.
c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "tp-gan"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
# Whatever lies beside a solution would be copied to the students.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", "points_de_reprise", "*.pyc", "*.py", "*.toml"]
c.CourseDirectory.ignore += ["*.json"]

c.ClearSolutions.code_stub = {"python": "# VOTRE CODE ICI\npass"}
c.ClearSolutions.text_stub = "VOTRE RÉPONSE ICI (double-cliquez sur cette cellule)."

# Otherwise a warning on stderr in a check cell costs its points.
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = r"[\s\S]"

c.Execute.timeout = 600

# A student's work must not act in the instructor's browser, in Formgrader or in a feedback page.
c.HTMLExporter.preprocessors = ["tp_gan.grading.feedback.Sanitize"]
c.HTMLExporter.filters = {"markdown2html": "tp_gan.grading.feedback.markdown"}
