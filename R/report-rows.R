# The rows that the page is about: given, or found again.

# `data`, and whether they are the fit's `own`; `rows`: others as they cross, and how many of them
# are `shared` with the fit; without data `why` there are none.
report_rows <- function(about, data) {
  fit <- about$fit
  if (!is.null(data)) {
    rows <- diagnosed_rows(fit, data, about$module, about$call, about$user)
    seen <- list(data = data, own = rows$own, given = data)
    if (rows$own) return(seen)
    return(c(seen, list(rows = rows, shared = shared_rows(about, rows))))
  }
  if (!is.null(fit$rows)) return(list(why = no_rows_words(fit)))
  data <- find_data(fit, about$user)
  if (is.null(data)) {
    return(list(why = "The data of the fit are not at hand: give them as `data`."))
  }
  own <- tryCatch(
    diagnosed_rows(fit, NULL, about$module, about$call, about$user)$own,
    nnfit_error_argument = function(error) {
      "The data that the call names do not give the rows of the fit any more: give those as `data`."
    },
    error = said_shortly
  )
  if (isTRUE(own)) list(data = data, own = TRUE) else list(why = as.character(own))
}

no_rows_words <- function(fit) {
  paste(
    "A fit", why_no_rows(fit), "does not hold its rows: give some of them, in memory, as `data`."
  )
}

# The predictors as columns, of whichever kind the data are; NULL: they have none to name.
predictor_frame <- function(fit, data) {
  if (is.list(data) && !is.data.frame(data)) data <- data[[1]]
  if (inherits(data, "torch.Tensor")) data <- as.array(data)
  if (length(dim(data)) != 2) return(NULL)
  frame <- as.data.frame(data)
  if (is.null(colnames(data))) names(frame) <- paste0("x", seq_along(frame))
  if (is.null(fit$formula)) return(frame)
  frame[intersect(fit$blueprint$columns, names(frame))]
}
