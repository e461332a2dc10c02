"""How the documentation is built: `sphinx-build -b html -c docs . build/docs`, from the project's folder."""

from importlib.metadata import version as installed

project = "advisory-sim"
author = "The advisory-sim developers"
release = version = installed("advisory-sim")

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
root_doc = "docs/index"
include_patterns = ["docs/*.md", "notebooks/*.ipynb", "CHANGELOG.md"]
html_theme = "furo"
html_title = f"advisory-sim {release}"
html_copy_source = False

# Pages with code cells and notebooks are executed from the project's folder; an error fails the build.
nb_execution_mode = "auto"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_execution_in_temp = False
# `-t pages` leaves the notebooks as they are.
nb_execution_excludepatterns = ["notebooks/*"] if tags.has("pages") else []  # type: ignore[name-defined]  # noqa: F821
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "dollarmath", "deflist"]

autodoc_typehints = "description"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_ivar = True
nitpicky = False
