# Local differences, for accumulated local effects: where each row steps from, and where to.
# Apley and Zhu (2020), Journal of the Royal Statistical Society B 82(4), 1059-1086.

intervals_by_default <- c(40, 20) # of one variable, and of each of two

local_plan <- function(fit, rows, asked, call) {
  groups <- if (is.null(asked$by)) list(seq_len(nrow(rows$x))) else rows_by(rows, asked$by)
  plan_of <- if (length(asked$variables) == 2) {
    local_two
  } else if (is.null(asked$variables[[1]]$levels)) {
    local_numbers
  } else {
    local_levels
  }
  plans <- lapply(groups, function(own) plan_of(fit, rows, asked, own, call))
  list(
    moves = lapply(plans, `[[`, "move"), at = do.call(rbind, lapply(plans, `[[`, "at")),
    groups = rep(seq_along(plans), vapply(plans, function(plan) nrow(plan$at), 1L))
  )
}

rows_by <- function(rows, by) {
  codes <- group_codes(rows, by) + 1L
  lapply(seq_along(by$present), function(group) which(codes == group))
}

# The ends of intervals by quantiles of the rows, and the interval that each row is in.
local_intervals <- function(variable, rows, own, number, call) {
  column <- as.vector(rows$rows[[variable$name]])[own]
  ends <- unique(stats::quantile(column, seq(0, 1, length.out = number + 1), type = 1,
    names = FALSE
  ))
  if (length(ends) < 2) {
    name <- beginning(variable$name)
    abort_nnfit("data", c(
      "{.arg data} must have different values of {.val {name}} for {.arg type} {.val ale}.",
      "x" = "All rows that are averaged have one."
    ), call)
  }
  list(ends = ends, cells = findInterval(column, ends, rightmost.closed = TRUE, left.open = TRUE))
}

local_numbers <- function(fit, rows, asked, own, call) {
  variable <- asked$variables[[1]]
  found <- local_intervals(variable, rows, own, asked$grid %||% intervals_by_default[1], call)
  sides <- list(found$ends[found$cells], found$ends[found$cells + 1])
  values <- stepped_columns(fit, rows, own, lapply(sides, function(side) {
    stats::setNames(list(side), variable$name)
  }), variable$columns, call)
  list(
    move = local_move(variable$columns, values, c(-1, 1), own, found$cells,
      length(found$ends) - 1, "accumulated"
    ),
    at = stats::setNames(data.frame(found$ends), variable$name)
  )
}

local_two <- function(fit, rows, asked, own, call) {
  number <- asked$grid %||% intervals_by_default[2]
  each <- lapply(asked$variables, local_intervals, rows, own, number, call)
  corners <- expand.grid(first = 0:1, second = 0:1)
  sides <- lapply(seq_len(4), function(corner) {
    Map(function(one, side) one$ends[one$cells + side], each, corners[corner, ])
  })
  columns <- sort(unique(unlist(lapply(asked$variables, `[[`, "columns"))))
  values <- stepped_columns(fit, rows, own, sides, columns, call)
  sizes <- vapply(each, function(one) length(one$ends) - 1L, 1L)
  cells <- (each[[1]]$cells - 1L) * sizes[[2]] + each[[2]]$cells
  ends <- rev(expand.grid(rev(lapply(each, `[[`, "ends")), KEEP.OUT.ATTRS = FALSE))
  list(
    move = local_move(columns, values, c(1, -1, -1, 1), own, cells, prod(sizes), "together",
      shape = as.array(unname(sizes))
    ),
    at = ends
  )
}

# Each row to the next level and from the one before, both of which tell of that step.
local_levels <- function(fit, rows, asked, own, call) {
  variable <- asked$variables[[1]]
  column <- rows$rows[[variable$name]]
  levels <- level_order(variable, rows$rows[own, , drop = FALSE])
  place <- match(as.character(column[own]), as.character(levels))
  up <- which(place < length(levels))
  down <- which(place > 1)
  moving <- own[c(up, down)]
  cells <- c(place[up], place[down] - 1L)
  value <- function(at) stats::setNames(list(like_column(levels[at], column)), variable$name)
  values <- stepped_columns(fit, rows, moving, list(value(cells), value(cells + 1L)),
    variable$columns, call
  )
  weights <- (rows$weights %||% rep(1, nrow(rows$x)))[own]
  nodes <- as.vector(tapply(weights, factor(place, seq_along(levels)), sum, default = 0))
  list(
    move = local_move(variable$columns, values, c(-1, 1), moving, cells, length(levels) - 1,
      "accumulated", nodes = as.array(nodes)
    ),
    at = stats::setNames(list2DF(list(like_column(levels, column))), variable$name)
  )
}

local_move <- function(columns, values, signs, rows, cells, number, after, ...) {
  as_move("steps", columns, values, after,
    signs = as.array(signs), rows = as.array(rows - 1L), cells = as.array(cells - 1L),
    number = number, ...
  )
}

# (sides, rows, columns): `sides` is a list of lists of values, a value for each row.
stepped_columns <- function(fit, rows, own, sides, columns, call) {
  values <- array(0, c(length(sides), length(own), length(columns)))
  for (side in seq_along(sides)) {
    moved <- rows$rows[own, , drop = FALSE]
    moved[names(sides[[side]])] <- sides[[side]]
    values[side, , ] <- design_of_moved(fit, moved, columns, call)
  }
  check_columns_there(values, names(sides[[1]]), call)
}

# Levels that rows have, those next to each other that are most alike in the other variables: in
# their distributions, by the largest difference of two, put on a line by classical scaling.
level_order <- function(variable, rows) {
  column <- rows[[variable$name]]
  present <- variable$levels[as.character(variable$levels) %in% as.character(column)]
  if (is.ordered(column) || !is.factor(column) && !is.character(column)) return(present)
  others <- rows[setdiff(names(rows), variable$name)]
  if (length(present) < 3 || !length(others)) return(present)
  own <- factor(as.character(column), present)
  apart <- Reduce(`+`, lapply(others, levels_apart, own))
  line <- suppressWarnings(stats::cmdscale(stats::as.dist(apart), k = 1))
  if (!length(line)) return(present)
  # Either end may be the first: the level that is first of all is nearer to it.
  found <- order(line)
  if (match(1, found) > length(found) / 2) found <- rev(found)
  present[found]
}

# How far levels are apart in one other variable: a matrix.
levels_apart <- function(other, own) {
  shares <- if (is_numbers(other) && is.null(dim(other))) {
    at <- stats::quantile(other, seq(0, 1, length.out = 101), names = FALSE, na.rm = TRUE)
    below <- function(values) findInterval(at, sort(values)) / length(values)
    vapply(split(as.vector(other), own), below, at)
  } else {
    prop_by(as.character(other), own) / 2
  }
  number <- is_numbers(other) && is.null(dim(other))
  pairs <- function(a, b) {
    away <- abs(shares[, a] - shares[, b])
    if (number) max(away) else sum(away)
  }
  outer(seq_len(ncol(shares)), seq_len(ncol(shares)), Vectorize(pairs))
}

prop_by <- function(other, own) {
  counts <- table(other, own)
  sweep(counts, 2, colSums(counts), "/")
}
