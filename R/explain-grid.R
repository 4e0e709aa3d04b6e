# Where variables are put: the values of a grid, and the columns of the design that follow.

places_by_default <- c(50, 20) # of one variable, and of each of two

# `moves` for the core, or `blocks` of places with the move of some; `at`: the values, a data frame.
grid_plan <- function(fit, rows, asked, call) {
  if (asked$center && length(asked$variables) > 1) {
    abort_nnfit("argument", "{.arg center} is for one variable.", call)
  }
  check_listed_values(asked, call)
  places <- asked$grid %||% places_by_default[[length(asked$variables)]]
  each <- lapply(asked$variables, function(variable) {
    grid_values(variable, rows$rows[[variable$name]], asked, places, call)
  })
  at <- rev(expand.grid(rev(each), KEEP.OUT.ATTRS = FALSE, stringsAsFactors = FALSE))
  at <- stats::setNames(list2DF(at), names(each))
  grid_moves(fit, rows, asked$variables, at, if (asked$center) "centred" else "means", call)
}

# `values` of two variables is a list by their names.
check_listed_values <- function(asked, call) {
  values <- asked$values
  names <- names(asked$variables)
  single <- length(names) == 1 && !is.list(values)
  if (is.null(values) || single || is_list_by(values, names)) return(invisible())
  abort_nnfit("argument", c(
    "{.arg values} must be {if (length(names) == 1) 'values of' else 'a list by the names of'} \\
      {.val {beginning(names)}}, not {describe(values)}."
  ), call)
}

is_list_by <- function(values, names) {
  plain <- is.list(values) && !is.data.frame(values) && rlang::is_named(values)
  plain && all(names(values) %in% names) && !anyDuplicated(names(values))
}

grid_values <- function(variable, column, asked, places, call) {
  given <- if (is.list(asked$values)) asked$values[[variable$name]] else asked$values
  if (!is.null(given)) return(given_values(variable, column, given, call))
  if (!is.null(variable$levels)) return(like_column(variable$levels, column))
  known <- sort(unique(as.vector(column)))
  ends <- stats::quantile(column, asked$quantiles, names = FALSE, type = 7)
  inside <- known[known >= ends[1] & known <= ends[2]]
  if (length(inside) <= places) return(inside)
  values <- seq(ends[1], ends[2], length.out = places)
  if (is.integer(column)) unique(as.integer(round(values))) else values
}

given_values <- function(variable, column, given, call) {
  levels <- variable$levels
  right <- if (is.null(levels)) {
    is_finite_numbers(given)
  } else {
    is.atomic(given) && length(given) > 0 && all(as.character(given) %in% as.character(levels))
  }
  if (!right || length(given) > 1e4) {
    name <- beginning(variable$name)
    what <- if (is.null(levels)) "finite numbers, 10,000 at most" else "among its levels"
    abort_nnfit("argument", c(
      "{.arg values} of {.val {name}} must be {what}, not {describe(given)}.",
      "i" = if (!is.null(levels)) "They are {.val {beginning(as.character(levels))}}."
    ), call)
  }
  if (is.null(levels)) return(given)
  like_column(levels[match(as.character(given), as.character(levels))], column)
}

numbers_at_once <- 2e7 # of a grid that has columns for each row

grid_moves <- function(fit, rows, variables, at, after, call) {
  columns <- sort(unique(unlist(lapply(variables, `[[`, "columns"))))
  others <- setdiff(unlist(lapply(variables, `[[`, "others")), names(variables))
  plan <- list(at = at)
  if (!length(others)) {
    values <- columns_alone(fit, rows, variables, at, columns, call)
    plan$moves <- list(as_move("grid", columns, values, after))
    return(plan)
  }
  plan$move_at <- function(places) {
    values <- columns_together(fit, rows, at[places, , drop = FALSE], columns, call)
    as_move("grid", columns, values, after)
  }
  size <- max(2, floor(numbers_at_once / (nrow(rows$x) * length(columns))))
  if (nrow(at) <= size) {
    plan$moves <- list(plan$move_at(seq_len(nrow(at))))
  } else {
    # The first place is in each: others may be counted from there.
    parts <- split(seq_len(nrow(at))[-1], ceiling(seq_len(nrow(at) - 1) / (size - 1)))
    plan$blocks <- lapply(unname(parts), function(places) c(1L, places))
  }
  plan
}

# As the core reads it: places of columns from 0.
as_move <- function(kind, columns, values, after, ...) {
  storage.mode(values) <- "double"
  list(kind = kind, columns = as.array(columns - 1L), values = values, after = after, ...)
}

# Where a function has no number R warns of it, and we refuse.
design_of_moved <- function(fit, rows, columns, call) {
  suppressWarnings(forged_again(fit, rows, call))[, columns, drop = FALSE]
}

# The columns where they depend on nothing else: a row for each place.
columns_alone <- function(fit, rows, variables, at, columns, call) {
  if (length(variables) == 1 && is_column(variables[[1]], rows)) return(cbind(at[[1]]))
  moved <- rows$rows[rep(1, nrow(at)), , drop = FALSE]
  moved[names(at)] <- at
  check_columns_there(design_of_moved(fit, moved, columns, call), names(at), call)
}

# Is the variable itself the column of the design?
is_column <- function(variable, rows) {
  if (variable$kind != "number" || length(variable$columns) != 1) return(FALSE)
  isTRUE(all(rows$x[, variable$columns] == rows$rows[[variable$name]]))
}

# (places, rows, columns)
columns_together <- function(fit, rows, at, columns, call) {
  values <- array(0, c(nrow(at), nrow(rows$x), length(columns)))
  for (place in seq_len(nrow(at))) {
    moved <- rows$rows
    moved[names(at)] <- at[place, , drop = FALSE]
    values[place, , ] <- design_of_moved(fit, moved, columns, call)
  }
  check_columns_there(values, names(at), call)
}

# The formula may have no number there, as log() of a value below 0.
check_columns_there <- function(values, names, call) {
  if (all(is.finite(values))) return(values)
  abort_nnfit("argument", c(
    "The model has no number for some values that {.val {beginning(names)}} would be put to.",
    "i" = "Give {.arg values} where it has."
  ), call)
}

# The answers of some places at a time as if they were one: `found` of each block.
in_blocks <- function(found, plan, asked) {
  groups <- max(1, length(asked$by$present))
  tables <- lapply(seq_along(found), function(block) {
    size <- length(plan$blocks[[block]])
    kept <- if (block == 1) seq_len(size) else seq_len(size)[-1]
    list(size = size, kept = kept, parts = found[[block]][[1]])
  })
  one <- function(name) {
    if (name == "rows") return(tables[[1]]$parts$rows)
    each <- lapply(tables, function(table) {
      values <- table$parts[[name]]
      array(t(values), c(ncol(values), table$size, nrow(values) / table$size))[
        , table$kept, , drop = FALSE
      ]
    })
    bound_places(each)
  }
  names <- names(tables[[1]]$parts)
  list(stats::setNames(lapply(names, one), names))
}

# Arrays (outputs, places, groups or rows) as one table of rows, place after place in each.
bound_places <- function(arrays) {
  size <- dim(arrays[[1]])
  places <- sum(vapply(arrays, function(one) dim(one)[2], 1L))
  together <- array(0, c(size[1], places, size[3]))
  from <- 0
  for (one in arrays) {
    together[, from + seq_len(dim(one)[2]), ] <- one
    from <- from + dim(one)[2]
  }
  matrix(aperm(together, c(2, 3, 1)), ncol = size[1])
}
