# Shapley values of predictions: the rows, what follows from several variables, and the crossing.

shapley_values <- function(fit, rows, terms, newdata, asked, module, call) {
  drawn <- drawn_by(asked$seed, drawn_rows(nrow(rows$x), asked, length(terms$players)))
  behind <- take_found(rows, drawn$background)
  explained <- if (is.null(newdata)) {
    take_found(rows, drawn$explained)
  } else {
    new_explained(fit, newdata, call)
  }
  many <- length(terms$players) > most_exact
  alone <- lapply(seq_along(terms$players), function(one) {
    as.array(which(vapply(terms$columns, identical, NA, one)) - 1L)
  })
  blocks <- shapley_blocks(fit, explained, behind, terms, call)
  found <- call_core("shapley_of", list(
    fit_state(fit), explained$x, behind$x, players = alone, type = asked$predict_type,
    orders = if (many) drawn$orders - 1L, blocks = blocks,
    weights = if (!is.null(behind$weights)) as.array(behind$weights), offset = explained$offset,
    model = module
  ), call)
  new_shap(found, fit, explained, terms, asked, nrow(behind$x))
}

most_exact <- 10 # EXACT in the core's explained/shapley.py

# In one order, so that a seed says all of it.
drawn_rows <- function(rows, asked, players) {
  some <- function(number) sort(sample.int(rows, min(number, rows)))
  orders <- vapply(seq_len(asked$repeats), function(draw) sample.int(players), integer(players))
  list(
    background = some(asked$background), explained = some(100),
    orders = t(matrix(orders, players))
  )
}

# Rows of the user's, those in which nothing is missing.
new_explained <- function(fit, newdata, call) {
  if (is_path(newdata)) {
    abort_nnfit("argument", c(
      "{.arg newdata} must be in memory, and is a path.", "i" = "Give a data frame."
    ), call)
  }
  forged <- forge_new(fit, newdata, NULL, "mean", call)
  complete <- complete_rows(forged$x, forged$offset)
  if (!any(complete)) {
    abort_nnfit("data", "{.arg newdata} must have a row in which nothing is missing.", call)
  }
  found <- list(
    rows = raw_rows(fit, newdata, call), x = forged$x, offset = forged$offset,
    kept = seq_len(nrow(forged$x))
  )
  check_finite(take_rows(forged$x, complete), "newdata", call)
  take_found(found, which(complete))
}

# Columns that follow from several players: for each set of these, with the row's values of the set
# and the background's of the others. As the core's `Block` has them.
shapley_blocks <- function(fit, explained, behind, terms, call) {
  joint <- terms$columns[lengths(terms$columns) > 1]
  lapply(unique(joint), function(players) {
    columns <- which(vapply(terms$columns, identical, NA, players))
    check_block(players, columns, explained, behind, call)
    list(
      as.array(players - 1L), as.array(columns - 1L),
      block_values(fit, explained$rows, behind$rows, terms$players[players], columns)
    )
  })
}

most_mixed <- 5e7 # numbers, of 8 bytes

check_block <- function(players, columns, explained, behind, call) {
  rows <- nrow(explained$x) * nrow(behind$x)
  if (2^length(players) * rows * length(columns) > most_mixed) {
    abort_nnfit("argument", c(
      "{.arg newdata} and {.arg background} have too many rows for {length(players)} terms that
        columns follow from together.",
      "x" = "For each set of these terms, each row would be made with each of the background:
        {with_commas(2^length(players) * rows)} rows.",
      "i" = "Give fewer rows, or name some of the variables in {.arg groups}."
    ), call)
  }
}

# (sets, rows, background, columns), of which the first is fastest in Python's order too: the core
# takes an array of these dimensions.
block_values <- function(fit, rows, background, players, columns) {
  n <- nrow(rows)
  b <- nrow(background)
  own <- rep(seq_len(n), each = b)
  other <- rep(seq_len(b), n)
  values <- array(0, c(2^length(players), n, b, length(columns)))
  for (set in seq_len(2^length(players))) {
    within <- bitwAnd(set - 1L, 2^(seq_along(players) - 1)) > 0
    mixed <- background[other, , drop = FALSE]
    names <- unlist(players[within], use.names = FALSE)
    mixed[names] <- rows[own, names, drop = FALSE]
    x <- suppressWarnings(forged_again(fit, mixed, rlang::caller_env()))[, columns, drop = FALSE]
    if (!all(is.finite(x))) refuse_mixed(unlist(players, use.names = FALSE))
    values[set, , , ] <- aperm(array(x, c(b, n, length(columns))), c(2, 1, 3))
  }
  values
}

new_shap <- function(found, fit, explained, terms, asked, background) {
  players <- names(terms$players)
  sizes <- c(nrow(explained$x), length(players), prediction_width(fit, asked$predict_type))
  outputs <- if (sizes[3] > 1) column_names(fit, sizes[3])
  estimate <- array(unlist(found$values), sizes)
  error <- if (!is.null(found$std_error)) array(unlist(found$std_error), sizes)
  wanted <- match(terms$wanted, players)
  # Rows slowest, then outputs, then terms.
  flat <- function(x) as.vector(aperm(x[, wanted, , drop = FALSE], c(2, 3, 1)))
  grid <- expand.grid(term = wanted, output = seq_len(sizes[3]), row = seq_len(sizes[1]))
  table <- tibble::tibble(
    row = explained$kept[grid$row], output = outputs[grid$output], term = players[grid$term],
    value = value_texts(explained$rows, terms$players)[cbind(grid$row, grid$term)],
    estimate = flat(estimate), std.error = if (!is.null(error)) without_nan(flat(error))
  )
  new_picture(table, "nn_shap",
    predictions = shap_predictions(found, explained$kept, outputs, sizes),
    rows = explained$rows, players = terms$players[terms$wanted], background = background,
    predict_type = asked$predict_type,
    outcome = shap_outcome(fit, asked$predict_type, outputs)
  )
}

# What an axis calls that which is explained.
shap_outcome <- function(fit, scale, outputs) {
  kind <- fit$outcome$kind
  probable <- kind == "class" && isTRUE(loss_family(fit$options$loss)$probabilities)
  what <- if (probable) "probability" else if (kind == "survival") "risk" else "prediction"
  if (scale == "link") what <- "link"
  of <- if (!is.null(fit$outcome$levels)) fit$outcome$levels[2] else outcome_titles(fit)
  if (length(outputs) || length(of) != 1) what else shorten(paste(what, "of", of))
}

shap_predictions <- function(found, row, outputs, sizes) {
  both <- lapply(found[c("predicted", "baseline")], function(x) {
    as.vector(t(matrix(unlist(x), sizes[1])))
  })
  tibble::tibble(
    row = rep(row, each = sizes[3]), output = rep(outputs, sizes[1]), predicted = both$predicted,
    baseline = both$baseline
  )
}

# What the variables of each term are, row by row: "3.2", "a, 4" of a group of two.
value_texts <- function(rows, players) {
  texts <- lapply(players, function(names) {
    columns <- lapply(unname(as.list(rows[names])), cell_text)
    do.call(paste, c(columns, sep = ", "))
  })
  matrix(unlist(texts), nrow(rows))
}

cell_text <- function(column) {
  if (length(dim(column)) == 2) {
    return(apply(column, 1, function(one) {
      paste(format(one, trim = TRUE, digits = 4), collapse = " ")
    }))
  }
  if (is.numeric(column) && !is.object(column)) return(vapply(column, format, "", digits = 4))
  as.character(column)
}
