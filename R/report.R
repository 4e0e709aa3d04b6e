#' A page about a fit
#'
#' Writes one HTML page that says what was asked, of which data, how training went, how well the fit
#' predicts, how sure that is, and what may be wrong with it. The page holds all that it shows: it
#' needs no other file, asks nothing of the network, runs no script, and can be sent by mail and
#' printed. It is light or dark as its reader's browser is.
#'
#' @section What is on the page:
#' - **What was asked**: the call, the formula, and each option in it with what it means.
#' - **How it was chosen**, of a fit by [nn_tune()]: among how many candidates, by which score;
#'   where the search itself is given, its best candidates and their picture too.
#' - **Data**: rows, those held out, those left out for missing values; of the outcome and of each
#'   predictor the range or the commonest values.
#' - **Training**: the losses by epoch, why training ended, and how a penalty was chosen.
#' - **How well it predicts**: the measures of [summary()][summary.nn_fit], predictions against
#'   observed values and residuals, or for classes what each was predicted as. Of quantiles the
#'   share of rows below each. Of other rows that are given as `data` the same, and, of two classes,
#'   the area under the ROC curve, under other likelihoods of numbers than the normal the mean
#'   deviance.
#' - **Calibration**, for classes: how often what was given a probability has happened, and the
#'   Brier score, in three parts that add up to it (Dimitriadis, Gneiting and Jordan, 2021):
#'   miscalibration minus discrimination plus uncertainty. Of rows held out, where there are some.
#' - **Coefficients** of a linear model, with 95% limits, as [tidy()][tidy.nn_fit] has them.
#' - **What matters**: [nn_importance()] of each variable.
#' - **How predictions move** with the six most important variables: [nn_effects()].
#' - **What may be wrong**: [nn_diagnose()].
#' - **To do it again**: the code, the seed, and versions.
#'
#' A part that this fit has not says in a sentence why. What comes from the data and the call, such
#' as names of columns and levels, is shown as text, whatever it looks like.
#'
#' @param fit An [nn_fit()], or what [nn_tune()] returned: the page is about its `$fit`.
#' @param file The name of a file that ends in `.html`. One that is there is replaced as a whole,
#'   when the page is done: if something goes wrong, it is as it was.
#' @param data The data that the fit was made on: a data frame, or `list(x, y)` where it has `x` and
#'   `y`. `NULL`: they are looked up by the names that they have in the call to `nn_fit()`; where
#'   they are not there, what needs them is left out. Other rows may be given, such as rows that had
#'   no part in the fit: the page says how well the fit predicts these, beside its own, and is about
#'   them in all pictures of rows. Each counts once. Where the rows of the fit are at hand it says
#'   how many of these are among them, or equal to one.
#' @param ... Not used.
#' @param title Title of the page. `NULL`: one is made of the outcome.
#' @param model The torch module that the model was fitted with, if that was one of your own and
#'   this is another R session.
#' @param open Logical: open the page in a browser?
#' @return `file`, invisibly.
#' @references Dimitriadis, Gneiting and Jordan (2021), Stable reliability diagrams for
#' probabilistic classifiers, *Proceedings of the National Academy of Sciences* 118(8).
#' @seealso [summary()][summary.nn_fit], [plot()][plot.nn_fit], [nn_diagnose()].
#' @export
#' @examplesIf nnfit:::has_torch() && requireNamespace("htmltools", quietly = TRUE)
#' fit <- nn_fit(Species ~ ., iris, hidden_units = 6, validation = 0.2, epochs = 50, seed = 1)
#' file <- tempfile(fileext = ".html")
#' nn_report(fit, file, open = FALSE)
nn_report <- function(fit, file, data = NULL, ..., title = NULL, model = NULL,
                      open = interactive()) {
  check_dots()
  call <- rlang::current_env()
  user <- users_frame(parent.frame())
  if (missing(fit)) refuse_missing("fit", call)
  if (missing(file)) refuse_missing("file", call)
  search <- if (inherits(fit, "nn_tune")) fit
  if (!is.null(search)) fit <- found_fit(search, "report on", call)
  check_is_fit(fit, call)
  check_report_arguments(file, title, open, call)
  need_htmltools(call)
  module <- report_module(fit, model, call)
  about <- list(
    fit = fit, module = module, call = call, user = user, kept = new.env(), search = search
  )
  about$seen <- report_rows(about, data)
  write_page(report_page(about, title %||% report_title(fit)), file, call)
  if (open) utils::browseURL(page_address(file))
  invisible(file)
}

# Where a module of the user's own is not at hand, what needs it is left out.
report_module <- function(fit, model, call) {
  if (!is.null(model)) return(recall_module(fit, model, call))
  tryCatch(recall_module(fit, NULL, call), nnfit_error = function(error) NULL)
}

report_file_rule <- rule("the name of a file that ends in \".html\", in a folder that is there",
  function(x) {
    is_path(x) && grepl("[.]html?$", x, ignore.case = TRUE) && nchar(x, "bytes") < 4096 &&
      !dir.exists(path.expand(x)) && dir.exists(dirname(path.expand(x)))
  }
)

page_title_rule <- rule("one text, or `NULL`", function(x) {
  is.null(x) || (rlang::is_string(x) && !is.na(x) && validUTF8(enc2utf8(x)) && nzchar(trimws(x)))
})

check_report_arguments <- function(file, title, open, call) {
  check_rule(file, report_file_rule, "file", call)
  check_rule(title, page_title_rule, "title", call)
  check_rule(open, flag_rule, "open", call)
}

need_htmltools <- function(call, is_there = requireNamespace) {
  if (is_there("htmltools", quietly = TRUE)) return(invisible())
  abort_nnfit("argument", c(
    "{.fn nn_report} needs the package {.pkg htmltools}, which is not installed.",
    "i" = "Install it: {.code install.packages(\"htmltools\")}."
  ), call)
}

report_title <- function(fit) {
  kind <- if (is_linear(fit)) "A linear model" else "A neural network"
  outcomes <- outcome_words(fit)
  if (length(outcomes)) paste(kind, "for", outcomes) else kind
}

# What is predicted, as the formula or the columns have it.
outcome_words <- function(fit) {
  if (!is.null(fit$formula)) return(shorten(rlang::expr_text(fit$formula[[2]]), 60))
  if (length(fit$outcome$names)) shorten(toString(fit$outcome$names), 60)
}

# As a whole or not at all.
write_page <- function(page, file, call) {
  text <- charToRaw(enc2utf8(page))
  rlang::try_fetch(
    replace_file(path.expand(file), function(con) writeBin(text, con)),
    error = function(error) {
      abort_nnfit("file", c(
        "{.arg file} can not be written: {.file {file}}.", "x" = "{conditionMessage(error)}."
      ), call, parent = NA)
    }
  )
}

page_address <- function(file) {
  path <- normalizePath(path.expand(file), "/")
  paste0("file://", if (!startsWith(path, "/")) "/", utils::URLencode(path))
}
