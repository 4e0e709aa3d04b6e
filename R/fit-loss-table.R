#' The losses of a fit, epoch by epoch
#'
#' @param fit An [nn_fit()].
#' @param x What `loss_table()` returned.
#' @param ... For `plot()`: arguments to [plot.default()], such as `log = "y"`.
#'   Not used otherwise.
#' @param options,inline For [knitr::knit_print()]: the chunk's options, and whether
#'   it is code in a line of text.
#' @return A tibble with a row per epoch: `epoch` (integer), `train_loss` and,
#'   where there is validation, `valid_loss`, in the units of the data; also `train_` and
#'   `valid_` of each of the `metrics` that were asked for, and under a `schedule`
#'   `learn_rate`, the step size of the epoch's first update. Row e has
#'   the losses before the e-th update, as the usual training loop prints them
#'   (with batches, `train_loss` is the mean over the epoch's batches, each
#'   before its own update). In a knitted HTML page it is a table to browse
#'   (with the package DT); [plot()] draws it.
#' @export
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(c ~ u, thermometer, hidden_units = 13, activation = "tanh", seed = 1)
#' loss_table(fit)
#' plot(loss_table(fit), log = "y")
#'
#' # A step size that falls: its column is `learn_rate`
#' falling <- nn_fit(c ~ u, thermometer, hidden_units = 13, schedule = "cosine", seed = 1)
#' tail(loss_table(falling), 3)
#'
#' # The area under the ROC curve in each epoch, by which training is stopped
#' manual <- nn_fit(factor(am) ~ wt + hp, mtcars,
#'   hidden_units = 4, validation = 0.4, metrics = "accuracy", monitor = "roc_auc",
#'   stop_iter = 50, seed = 1
#' )
#' manual
#' tail(loss_table(manual), 3)
loss_table <- function(fit, ...) {
  if (missing(fit)) refuse_missing("fit", rlang::current_env())
  UseMethod("loss_table")
}

#' @export
loss_table.nn_fit <- function(fit, ...) {
  check_dots()
  history <- fit$history
  table <- tibble::tibble(
    epoch = seq_along(history$train_loss),
    train_loss = history$train_loss,
    valid_loss = if (length(history$valid_loss)) history$valid_loss,
    !!!history[setdiff(names(history), c("train_loss", "valid_loss"))]
  )
  # That of the mean of several networks is what print() says.
  single <- if (isTRUE(fit$options$members > 1)) ", of single networks"
  new_picture(table, "nn_loss_table", loss = paste0(loss_title(fit$options), single))
}

#' @export
loss_table.default <- function(fit, ...) {
  abort_nnfit(
    "argument", "{.arg fit} must be an {.fn nn_fit}, not {describe(fit)}.",
    rlang::current_env()
  )
}

#' @rdname loss_table
#' @exportS3Method knitr::knit_print
knit_print.nn_loss_table <- function(x, options = list(), inline = FALSE, ...) {
  check_dots()
  if (!becomes_html() || !requireNamespace("DT", quietly = TRUE)) {
    return(knitr::normal_print(x))
  }
  widget <- DT::datatable(
    as.data.frame(x), rownames = FALSE,
    options = list(pageLength = 10, searching = FALSE)
  )
  knitr::knit_print(DT::formatSignif(widget, setdiff(names(x), "epoch"), 6), options = options)
}

# The formats that pandoc makes a page of. knitr::is_html_output() is also TRUE for
# Markdown, such as GitHub's, and for e-books, which can not hold a widget.
becomes_html <- function(to = knitr::pandoc_to()) {
  pages <- c("html", "html4", "html5", "dzslides", "revealjs", "s5", "slideous", "slidy")
  isTRUE(sub("[-+].*", "", to) %in% pages)
}

#' @rdname loss_table
#' @export
plot.nn_loss_table <- function(x, ...) {
  check_dots(plot_arguments())
  call <- rlang::current_env()
  check_graphics(..., call = call)
  drawing(draw_losses(x, ...), call)
  invisible(x)
}
