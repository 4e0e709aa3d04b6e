# The fitted curve along one of several predictors, the others held at what is usual of them.

slice_places <- 201

# Has the fit one predictor, over the data of which its curve is drawn? An offset is held.
has_one_predictor <- function(fit) {
  if (isTRUE(fit$options$has_offset)) return(FALSE)
  blueprint <- fit$blueprint
  names <- blueprint$columns %||% names(blueprint$ptypes$predictors)
  length(names) == 1 || is.null(names) && isTRUE(fit$columns$number == 1)
}

slice_picture <- function(fit, data, xlim, variables, by, call, user) {
  if (is.null(fit$rows)) check_predictions(fit, call)
  if (fit$outcome$kind == "class") check_probabilities(fit, "which", "curve", call)
  module <- recall_module(fit, NULL, call)
  rows <- explained_rows(fit, data, module, "plot", call, user)
  known <- explained_variables(fit, rows$rows, call)
  variable <- slice_variable(known, variables, call)
  by <- by_variable(known, by, list(variables = known[variable$name]), rows, call)
  frame <- slice_frame(known, variable, by, rows, xlim)
  predicted <- slice_predictions(fit, frame, rows, module, call)
  new_slice(fit, known, variable, by, rows, frame, predicted, call)
}

# By default the first number.
slice_variable <- function(known, name, call) {
  if (is.null(name)) {
    numbers <- Filter(function(one) one$kind == "number" && one$part == "predictor", known)
    if (length(numbers)) return(numbers[[1]])
    movable <- names(Filter(function(one) one$part == "predictor", known))
    abort_nnfit("argument", c(
      "{.arg which} {.val curve} is drawn along a number by default, and the fit has none.",
      "i" = "Name one of its {.arg variables}: {.val {beginning(movable)}}."
    ), call)
  }
  variable <- one_variable(known, name, "variables", call)
  check_movable(variable, "partial", call)
  variable
}

# The variable at many places, in each level of `by`, with the usual values of all others.
slice_frame <- function(known, variable, by, rows, xlim) {
  column <- rows$rows[[variable$name]]
  values <- if (is.null(variable$levels)) {
    ends <- range(if (is.null(xlim)) column else xlim)
    seq(ends[1], ends[2], length.out = slice_places)
  } else {
    like_column(variable$levels, column)
  }
  places <- rep(seq_along(values), max(1, length(by$present)))
  frame <- rows$rows[rep(1, length(places)), , drop = FALSE]
  for (other in known) frame[[other$name]] <- rep(other$usual, length(places))
  frame[[variable$name]] <- values[places]
  if (!is.null(by)) {
    levels <- rep(by$present, each = length(values))
    frame[[by$name]] <- like_column(levels, rows$rows[[by$name]])
  }
  frame
}

# fit, lwr and upr: (places, outputs) each, the last two NA where predict() has no intervals; from
# which `source` these are.
slice_predictions <- function(fit, frame, rows, module, call) {
  x <- forged_again(fit, frame, call)
  usual <- usual_offset(rows)
  offset <- if (!is.null(usual)) matrix(usual, nrow(x), length(usual), byrow = TRUE)
  forged <- list(x = x, offset = offset)
  if (!has_band(fit)) {
    predicted <- predict_rows(fit, forged, "response", module, call)
    nothing <- matrix(NA_real_, nrow(predicted), ncol(predicted))
    return(list(fit = predicted, lwr = nothing, upr = nothing))
  }
  source <- interval_source(fit, "response", "confidence", call)
  limits <- if (source == "likelihood") {
    found <- delta_of(fit, forged, call)
    delta_limits(fit, forged, found, "confidence", 0.95, "response", call)
  } else {
    interval_rows(fit, forged, source, "confidence", 0.95, "response", module, call)
  }
  c(limits[c("fit", "lwr", "upr")], source = source)
}

# What the band is, in a caption.
band_words <- function(source) {
  by <- c(
    replicates = "replicates", likelihood = "the delta method",
    tuning = "the jackknife over its networks"
  )
  if (source %in% names(by)) paste("95% limits by", by[[source]]) else "95% limits"
}

usual_offset <- function(rows) {
  if (is.null(rows$offset)) return(NULL)
  unname(apply(as.matrix(rows$offset), 2, stats::median))
}

new_slice <- function(fit, known, variable, by, rows, frame, predicted, call) {
  outcomes <- outcome_names(fit, ncol(predicted$fit))
  columns <- panel_columns(outcomes, call)
  group <- if (is.null(by)) rep("all", nrow(frame)) else as.character(frame[[by$name]])
  places <- frame[[variable$name]]
  tables <- lapply(columns, function(column) {
    tibble::tibble(
      panel = factor(outcomes[column], outcomes), group = factor(group, unique(group)),
      y = predicted$fit[, column], lwr = predicted$lwr[, column], upr = predicted$upr[, column]
    )
  })
  table <- do.call(rbind, tables)
  at <- c(
    held_at(known, c(variable$name, by$name), usual_offset(rows)),
    if (!anyNA(predicted$lwr)) band_words(predicted$source)
  )
  several <- length(columns) > 1 # which have no line for it below each
  xlab <- column_title(rows$rows[[variable$name]], variable$name)
  about <- list(predict_type = "response")
  words <- list(
    labels = shorten(c(xlab, effects_ylab(fit, about))), group = by$name,
    title = paste(c("Fitted curve", if (several) at), collapse = ", "),
    sub = if (!several && length(at)) paste(at, collapse = "; ")
  )
  number <- is.null(variable$levels)
  if (number) {
    table$x <- rep(as.double(places), length(columns))
    words$deciles <- stats::quantile(rows$rows[[variable$name]], 0:10 / 10, names = FALSE)
  } else {
    table$level <- rep(factor(as.character(places), as.character(variable$levels)),
      length(columns)
    )
  }
  class <- if (number) "nn_effect_curves" else "nn_effect_levels"
  do.call(new_picture, c(list(table, class), words))
}

# "at hp = 123, cyl = 8": what the other variables are held at.
held_at <- function(known, shown, offset = NULL) {
  others <- known[setdiff(names(known), shown)]
  others <- Filter(function(other) other$part == "predictor", others)
  values <- vapply(others, function(other) format(other$usual, digits = 4, trim = TRUE), "")
  written <- shorten(paste(names(others), "=", values, recycle0 = TRUE))
  more <- length(written) - most_held
  if (more > 1) {
    usual <- paste(more, "others at their median or most frequent level")
    written <- c(written[seq_len(most_held)], usual)
  }
  if (length(offset)) {
    of <- names(Filter(function(other) other$part == "offset", known))
    of <- if (length(of)) paste0(" (of ", toString(of), ")")
    at <- toString(format(offset, digits = 4, trim = TRUE))
    written <- c(paste0("offset", of, " = ", at), written)
  }
  if (length(written)) paste("at", toString(written))
}

most_held <- 4 # that are named: two lines on a small page
