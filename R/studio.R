#' In RStudio
#'
#' What RStudio has of nnfit: a picture while it trains, an addin, a snippet, a template.
#'
#' - **Pictures**: [nn_fit()] and [nn_cv()] with `progress = "plot"` draw the losses in the pane of
#'   plots while they train, as [plot()][plot.nn_fit] draws them, so that they stand among the other
#'   pictures of the session and can be exported as these. Nothing of it needs RStudio: it is the
#'   same in every R that has a window for pictures.
#' - **Addin**: "Fit a first network", in the menu Addins, inserts the code of a first fit where
#'   the cursor is. It is of the data frame whose name is selected, or else of the one in the
#'   workspace, if there is one alone. The outcome is the only factor, or else the first column:
#'   write another in its place.
#' - **Snippet**: the same code is a snippet, which is copied once:
#'   `file.show(system.file("rstudio", "r.snippets", package = "nnfit"))` shows it, and Tools, Edit
#'   Code Snippets is where it goes. Then `nnfit` and the tabulator key insert it.
#' - **Template**: File, New File, R Markdown, From Template has "Neural network with nnfit".
#' - **Viewer**: [loss_table()] is a table to be browsed in a page that is knitted, and
#'   [nn_playground()] and [nn_report()] open in the browser.
#'
#' A first fit is also in `vignette("get-started")`.
#' @name nn-studio
#' @examples
#' # The code that addin and snippet insert
#' cat(readLines(system.file("rstudio", "r.snippets", package = "nnfit")), sep = "\n")
NULL

# The addin of inst/rstudio/addins.dcf. `editor`: what it needs of RStudio, or a stand-in.
insert_first_fit <- function(editor = rstudio_editor(rlang::current_env())) {
  selected <- trimws(editor$selected())
  chosen <- chosen_frame(selected, globalenv())
  editor$insert(first_fit_code(chosen$name, chosen$data))
  invisible()
}

rstudio_editor <- function(call, is_there = has_rstudio) {
  if (!is_there()) {
    abort_nnfit("argument", c(
      "The addin inserts code into an editor of RStudio, which is not there.",
      "i" = "It is in RStudio's menu Addins, and needs the package {.pkg rstudioapi}."
    ), call)
  }
  context <- rstudioapi::getActiveDocumentContext()
  list(
    selected = function() context$selection[[1]]$text,
    insert = function(text) {
      # What is selected is replaced.
      rstudioapi::insertText(context$selection[[1]]$range, text, context$id)
    }
  )
}

has_rstudio <- function() {
  requireNamespace("rstudioapi", quietly = TRUE) && rstudioapi::isAvailable() &&
    rstudioapi::hasFun("insertText")
}

# The data frame that is selected by its name, or as `package::name`; else the one there is.
# Other code is not run.
chosen_frame <- function(selected, env) {
  named <- tryCatch(str2lang(selected), error = function(error) NULL)
  if (is.symbol(named) || rlang::is_call(named, "::")) {
    data <- tryCatch(eval(named, env), error = function(error) NULL)
    if (is.data.frame(data)) return(list(name = selected, data = data))
    if (nzchar(selected)) return(list(name = selected, data = NULL))
  }
  here <- Filter(function(name) is.data.frame(get0(name, env, inherits = FALSE)), ls(env))
  if (length(here) != 1) return(list(name = "data", data = NULL))
  list(name = as_code(here), data = get(here, env))
}

as_code <- function(name) deparse(as.name(name), backtick = TRUE)

# The snippet, with its places filled.
first_fit_code <- function(name, data) {
  lines <- readLines(system.file("rstudio", "r.snippets", package = "nnfit"))
  code <- paste(sub("^\t", "", lines[-1]), collapse = "\n")
  outcome <- likely_outcome(data)
  places <- c(data = name, outcome = if (length(outcome)) as_code(outcome) else "outcome")
  for (place in names(places)) {
    code <- sub(paste0("\\$\\{[0-9]:", place, "\\}"), escaped(places[[place]]), code)
  }
  paste0(gsub("\\$\\{[0-9]:([^}]*)\\}", "\\1", code), "\n")
}

escaped <- function(text) gsub("\\", "\\\\", text, fixed = TRUE)

# The one factor that there is, or else the first column.
likely_outcome <- function(data) {
  classes <- vapply(data, function(column) is.factor(column) || is.logical(column), NA)
  if (sum(classes) == 1) names(data)[classes] else names(data)[1]
}
