# Permutation importances: what is moved together, and the crossing.

permutation_importance <- function(fit, rows, terms, pairs, asked, module, call) {
  rows <- weighing_rows(rows)
  if (nrow(rows$x) < 2) {
    abort_nnfit("data", c(
      "{.arg data} must have two rows at least: values go from one to another.",
      "x" = "It has {nrow(rows$x)}."
    ), call)
  }
  plan <- permutation_plan(terms, pairs)
  cycle <- drawn_by(asked$seed, sample.int(nrow(rows$x)))
  state <- fit_state(fit)
  found <- crossed_with_rows(fit, rows, plan, function(made) {
    call_core("permuted", list(
      state, rows$x, rows$y, moves = plan$moves, terms = plan$terms, cycle = as.array(cycle - 1L),
      repeats = as.integer(asked$repeats), metric = asked$metric,
      outcome = if (!is.null(asked$outcome)) match(asked$outcome, judged_outcomes(fit)) - 1L,
      level = asked$level,
      weights = if (!is.null(rows$weights)) as.array(rows$weights), offset = rows$offset,
      model = module, made = made
    ), call)
  })
  new_importance(found, fit, rows, length(plan$single), asked)
}

# `moves`: columns that move as they are, and those that are made anew of both rows; `terms`: their
# name, the numbers of the moves, from 0, and the signs with which they count; `together`: the
# variables of each move.
permutation_plan <- function(terms, pairs) {
  single <- match(terms$wanted, names(terms$players))
  sets <- unique(c(as.list(single), unlist(lapply(pairs, function(pair) {
    list(pair[1], pair[2], pair)
  }), recursive = FALSE)))
  place <- function(set) match(list(set), sets) - 1L
  of_single <- lapply(single, function(one) {
    list(names(terms$players)[one], as.array(place(one)), as.array(1L))
  })
  of_pairs <- lapply(pairs, function(pair) {
    places <- c(place(pair[1]), place(pair[2]), place(pair))
    list(paste(names(terms$players)[pair], collapse = ":"), places, c(1L, 1L, -1L))
  })
  list(
    moves = lapply(sets, moved_by, terms$columns), terms = c(of_single, of_pairs), single = single,
    together = lapply(sets, function(set) unlist(terms$players[set], use.names = FALSE))
  )
}

moved_by <- function(set, columns) {
  touched <- vapply(columns, function(of) any(of %in% set), NA)
  alone <- vapply(columns, function(of) all(of %in% set), NA)
  list(as.array(which(touched & alone) - 1L), as.array(which(touched & !alone) - 1L))
}

# Columns that follow from what is moved and from what stays are made here, when the core asks for
# them: for one move and repeat at a time, so that no more is held at once.
crossed_with_rows <- function(fit, rows, plan, cross) {
  if (!any(vapply(plan$moves, function(move) length(move[[2]]) > 0, NA))) return(cross(NULL))
  refused <- NULL
  made <- function(move, repeated, donors) {
    tryCatch(
      list(value = made_columns(fit, rows, plan, move + 1L, as.integer(donors) + 1L)),
      error = function(error) {
        refused <<- error
        list(error = conditionMessage(error))
      },
      interrupt = function(condition) list(interrupted = TRUE)
    )
  }
  tryCatch(cross(made), error = function(error) {
    rlang::cnd_signal(if (is.null(refused)) error else refused)
  })
}

made_columns <- function(fit, rows, plan, move, donors) {
  names <- plan$together[[move]]
  moved <- rows$rows
  moved[names] <- moved[donors, names, drop = FALSE]
  x <- suppressWarnings(forged_again(fit, moved, rlang::caller_env())) # of what is no number
  values <- x[, plan$moves[[move]][[2]] + 1L, drop = FALSE]
  if (!all(is.finite(values))) refuse_mixed(names)
  unname(values)
}

# `sqrt(a - b)`, say.
refuse_mixed <- function(names) {
  abort_nnfit("data", c(
    "The formula makes no numbers of rows whose {.field {names}} come{?s/} from other rows.",
    "i" = "Take the variables that it computes with together: {.arg groups}."
  ), rlang::call2("nn_importance"))
}

new_importance <- function(found, fit, rows, single, asked) {
  number <- function(x) without_nan(unlist(x))
  table <- tibble::tibble(
    term = as.character(unlist(found$term)), importance = number(found$importance),
    std.error = number(found$std_error), conf.low = number(found$conf_low),
    conf.high = number(found$conf_high)
  )
  pairs <- table$term[-seq_len(single)]
  table <- table[order(table$term %in% pairs, -table$importance), ]
  metric <- as.character(found$metric)
  new_picture(table, "nn_importance",
    metric = metric, label = metric_label(metric, asked$outcome, fit),
    baseline = as.double(found$baseline), rows = nrow(rows$x), part = rows$part,
    handed = handed_more(rows), repeats = as.integer(found$repeats), level = asked$level,
    pairs = pairs, outcome = asked$outcome, several = length(judged_outcomes(fit)) > 1,
    class_weighted = metric == "loss" && !is.null(fit$options$class_weights)
  )
}

# In words: "mean squared error", "rmse of mpg".
metric_label <- function(metric, outcome, fit) {
  label <- if (metric == "loss") loss_title(fit$options) else metric
  if (is.null(outcome)) label else paste(label, "of", outcome)
}
