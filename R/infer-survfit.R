# The survival curves of a fit as survival::survfit() has those of coxph().

#' @rdname nn-survival
#' @exportS3Method survival::survfit
survfit.nn_fit <- function(formula, newdata, se.fit = NULL, conf.int = 0.95,
                           conf.type = c("log", "log-log", "plain", "none", "logit", "arcsin"),
                           ...) {
  check_dots(passed_to_survfit)
  call <- rlang::current_env()
  need_survival(formula, "survfit", call)
  if (!is.null(se.fit)) check_rule(se.fit, flag_rule, "se.fit", call)
  check_level(conf.int, call, "conf.int")
  conf.type <- choose(conf.type, limit_types, "conf.type", call)
  further <- rlang::enexprs(...)
  rows <- if (missing(newdata)) list(link = 0) else linked_rows(formula, newdata, call)
  if (asks_survival(formula, se.fit, further, call)) {
    user <- users_frame(parent.frame())
    asked <- c(
      if (!missing(newdata)) list(newdata = newdata),
      list(se.fit = !isFALSE(se.fit), conf.int = conf.int, conf.type = conf.type), further
    )
    by_default <- is.null(se.fit) && !length(further)
    made <- survfit_of_equal(formula, asked, by_default, call, user)
    if (!is.null(made)) return(made)
  }
  structure(as_survfit(curves_of(formula, rows), formula), class = c("survfitcox", "survfit"))
}

# As survival has them of the equal coxph(). By default the curves alone are an answer, too, where
# the rows of the fit can not be read again: NULL.
survfit_of_equal <- function(fit, asked, by_default, call, user) {
  model <- tryCatch(equal_model(fit, "survfit", call, user), nnfit_error = function(error) {
    if (!by_default) rlang::cnd_signal(error)
    warn_nnfit("no_errors", c(
      "The curves have no standard errors.", "x" = "{rlang::cnd_header(error)}",
      "i" = "{.code se.fit = FALSE} asks for none."
    ), call)
    NULL
  })
  if (is.null(model)) return(NULL)
  made <- eval(as.call(c(list(quote(survival::survfit), model), asked)), user)
  made$call <- fit$call
  made
}

limit_types <- c("log", "log-log", "plain", "none", "logit", "arcsin")

# Arguments of survival's method that it takes of the equal model.
passed_to_survfit <- c("stype", "ctype", "censor", "start.time", "id", "individual", "influence")

# Whether survival computes them, from the rows of the fit: what a fit holds gives curves alone.
asks_survival <- function(fit, sure, further, call) {
  if (length(further) || isTRUE(sure)) {
    what <- if (length(further)) names(further)[1] else "se.fit"
    refuse_curves(fit, paste0("`", what, "`"), call)
    return(TRUE)
  }
  is.null(sure) && has_errors(fit)
}

# As survfit() can have them by default.
has_errors <- function(fit) {
  is_linear(fit) && is.null(no_information(fit)) && !is.null(fit$formula) &&
    !length(fit$validation_rows)
}

refuse_curves <- function(fit, what, call) {
  if (is_linear(fit)) return(invisible())
  abort_nnfit("argument", c(
    "{what} is for the curves of linear models.",
    "x" = "How sure a network is of its baseline is not known: its curves have no standard errors.",
    "i" = "{.code survfit(fit, newdata)} gives them without."
  ), call)
}

curves_of <- function(fit, rows) {
  strata <- of_strata(fit)
  if (is.null(strata)) return(curves(fit, seq_along(fit$baseline$time), rows$link))
  if (!is.null(rows$strata)) return(curves_by_row(fit, strata, rows))
  # The reference in each stratum, in the order of the formula's levels.
  own <- curves(fit, unlist(strata$places), rows$link)
  c(own, list(n = strata$rows, strata = lengths(strata$places)))
}

# Where the baseline has each stratum, and how many rows it has; NULL without strata.
of_strata <- function(fit) {
  if (is.null(fit$options$strata)) return(NULL)
  known <- unlist(fit$options$strata)
  shown <- intersect(fit$blueprint$strata$levels, known)
  places <- lapply(shown, function(label) {
    which(as.vector(fit$baseline$stratum) == match(label, known) - 1)
  })
  rows <- as.vector(fit$baseline$rows)[match(shown, known)]
  list(places = stats::setNames(places, shown), rows = rows)
}

# Of some of the baseline's times, a column for each link.
curves <- function(fit, places, link) {
  parts <- lapply(fit$baseline[c("time", "n_risk", "n_event", "n_censor")], function(part) {
    as.vector(part)[places]
  })
  hazard <- outer(as.vector(fit$baseline$hazard)[places], exp(unname(link)))
  if (length(link) == 1) hazard <- hazard[, 1]
  survival <- exp(-hazard)
  if (length(link) > 1) colnames(survival) <- names(link)
  c(parts, list(surv = survival, cumhaz = hazard))
}

# Each row's curve in its own stratum, one behind the other.
curves_by_row <- function(fit, strata, rows) {
  own <- match(rows$strata, names(strata$places))
  each <- Map(function(one, link) curves(fit, strata$places[[one]], link), own, rows$link)
  parts <- do.call(Map, c(list(c), unname(each)))
  lengths <- stats::setNames(lengths(strata$places)[own], names(rows$link))
  c(parts, list(n = strata$rows[own], strata = lengths))
}

as_survfit <- function(parts, fit) {
  # In the order that survival has them; a part that is not there stays away.
  made <- list(
    n = parts$n %||% as.vector(fit$baseline$rows), time = parts$time, n.risk = parts$n_risk,
    n.event = parts$n_event, n.censor = parts$n_censor
  )
  if (!is.null(parts$strata)) made$strata <- parts$strata
  c(made, parts[c("surv", "cumhaz")], list(call = fit$call))
}

# The link and the stratum of new rows, none of which may be missing.
linked_rows <- function(fit, newdata, call) {
  forged <- forge_new(fit, newdata, NULL, "mean", call)
  link <- predict_rows(fit, forged, "link", NULL, call)[, 1]
  missing <- is.na(link)
  if (!is.null(forged$strata)) missing <- missing | is.na(forged$strata)
  if (any(missing)) {
    abort_nnfit("data", c(
      "{.arg newdata} must have rows in which nothing is missing.",
      "x" = "{sum(missing)} row{?s} {?has/have} missing values, or a stratum that the fit has not."
    ), call)
  }
  list(
    link = stats::setNames(link, forged$row_names),
    strata = if (!is.null(forged$strata)) as.character(forged$strata)
  )
}
