# What it takes to have the same fit again.

report_again <- function(about) {
  fit <- about$fit
  again <- if (is_of_python(fit)) {
    report_note("The code is in Python, and not in the fit's file: the options are above.")
  } else {
    htmltools::tags$pre(tabindex = "0", again_code(fit))
  }
  list(
    again,
    report_table(versions_table(fit), "This report was made with")
  )
}

# A seed that was drawn is written down.
again_code <- function(fit) {
  call <- written_out(fit$call, fit$formula)
  drawn <- !is.null(fit$seed) && is.null(call$seed)
  if (drawn) call$seed <- as.numeric(fit$seed)
  lines <- call_lines(call)
  paste0("library(nnfit)\n\nfit <- ", lines, if (drawn) "\n# The seed was drawn for this fit.")
}

# A formula that has a name is written out: the name means nothing in a new session.
written_out <- function(call, formula) {
  names <- rlang::names2(as.list(call))
  place <- if ("formula" %in% names) match("formula", names) else which(names == "")[2]
  if (is.null(formula) || is.na(place) || !is.symbol(call[[place]])) return(call)
  replace(call, place, list(rlang::call2("~", !!!as.list(formula)[-1])))
}

versions_table <- function(fit) {
  versions <- c(
    "R" = as.character(getRversion()), "nnfit" = as.character(utils::packageVersion("nnfit")),
    python_versions(), "System" = utils::sessionInfo()$running %||% R.version$platform,
    "Time" = format(Sys.time(), "%Y-%m-%d %H:%M %Z"), "Training took" = paste(
      format(signif(fit$seconds, 2)), "s, on", fit$options$device
    )
  )
  data.frame(What = names(versions), Version = unname(versions))
}

# Python is not started to be told of.
python_versions <- function() {
  if (is_core_loaded()) loaded_versions() else c(Python = "not started")
}
