# Factors that are embedded: in the matrix of predictors they are one column with the
# position of each row's level, from 0, which a network turns into numbers that it
# learns. A level that is new has the position after the last: that of the mean.

many_levels <- 13L # of which `embed = TRUE` embeds a factor: more than a dozen

# The variables of a model frame that are embedded: sizes by name, `TRUE` for the rule's.
embedded_variables <- function(embed, frame, terms, call) {
  if (!wants_embed(embed)) return(list())
  predictors <- predictor_variables(frame, terms)
  classes <- names(predictors)[vapply(predictors, can_embed, NA)]
  if (is_auto(embed)) return(many_leveled(predictors[classes], terms))
  sizes <- embed_sizes(embed)
  check_embeddable(names(sizes), predictors, classes, call)
  check_alone(names(sizes), terms, call)
  sizes[intersect(names(predictors), names(sizes))]
}

is_auto <- function(embed) isTRUE(embed) && is.null(names(embed))

predictor_variables <- function(frame, terms) {
  used <- used_columns(frame, terms)
  used[setdiff(seq_along(used), attr(terms, "response"))]
}

can_embed <- function(column) is.factor(column) || is.character(column) && !is.matrix(column)

# "station", or list(station = 8): a size of TRUE is that of the rule, which Python knows.
embed_sizes <- function(embed) {
  if (is.character(embed)) return(rlang::set_names(rep(list(TRUE), length(embed)), embed))
  lapply(embed, function(size) if (isTRUE(size)) TRUE else as.integer(size))
}

many_leveled <- function(factors, terms = NULL) {
  many <- vapply(factors, function(column) {
    nlevels(droplevels(as.factor(column))) >= many_levels
  }, NA)
  names <- setdiff(names(factors)[many], in_interactions(terms))
  rlang::set_names(rep(list(TRUE), length(names)), names)
}

# The variables that are in a term with others.
in_interactions <- function(terms) {
  factors <- attr(terms, "factors")
  if (!length(factors)) return(character()) # of `y ~ 1`, and where there are no terms
  together <- attr(terms, "order") > 1
  term_variables(terms)[rowSums(factors[, together, drop = FALSE] > 0) > 0]
}

check_embeddable <- function(names, predictors, classes, call) {
  absent <- setdiff(names, names(predictors))
  wrong <- setdiff(names, c(classes, absent))
  if (!length(c(absent, wrong))) return(invisible())
  near <- if (length(absent)) nearest(absent[1], classes)
  abort_nnfit("argument", c(
    "{.arg embed} must name factors, or columns of strings, among the predictors.",
    "x" = if (length(absent)) "Not among them: {.field {beginning(absent)}}.",
    "x" = if (length(wrong)) "Of another kind: {.field {beginning(wrong)}}.",
    "i" = if (length(near)) "Did you mean {.field {near}}?"
      else if (length(wrong)) "Of numbers, {.fn factor} makes one."
  ), call)
}

check_alone <- function(names, terms, call) {
  together <- intersect(names, in_interactions(terms))
  if (length(together)) {
    abort_nnfit("argument", c(
      "{.arg embed} goes with factors that are in no interaction.",
      "x" = "In one {cli::qty(together)}{?is/are} {.field {beginning(together)}}.",
      "i" = "Name {cli::qty(together)}{?it/them} alone: the network finds what depends on the
        levels by itself."
    ), call)
  }
}

# The frame with the positions of levels in the place of factors.
with_codes <- function(frame, names) {
  for (name in names) frame[[name]] <- as.integer(as.factor(frame[[name]])) - 1L
  frame
}

# What crosses: of each embedded variable its column of x, from 0, and its levels.
embedded_columns <- function(x, terms, sizes, levels) {
  if (!length(sizes)) return(list())
  labels <- attr(terms, "term.labels")
  variables <- term_variables(terms)
  assign <- attr(x, "assign")[colnames(x) != "(Intercept)"]
  lapply(names(sizes), function(name) {
    term <- which(attr(terms, "factors")[match(name, variables), ] > 0)
    crossing_factor(name, match(term, assign) - 1L, levels[[name]], sizes[[name]])
  })
}

crossing_factor <- function(name, column, levels, size) {
  list(name = name, column = column, levels = as.character(levels), size = size)
}

wants_embed <- function(embed) length(embed) > 0 && !isFALSE(embed)

# The positions of new data's levels.
level_codes <- function(column, levels, name, new_levels, arg, call) {
  labels <- as.character(column)
  codes <- match(labels, levels) - 1L
  new <- is.na(codes) & !is.na(labels)
  if (any(new)) {
    warn_nnfit("levels", c(
      "{.arg {arg}} has levels of {.field {beginning(name)}} that the model was not fitted on:
        {.val {beginning(unique(labels[new]))}}.",
      "i" = if (new_levels == "mean") "They are answered by the mean of the others."
        else "They are taken for missing."
    ), call)
    if (new_levels == "mean") codes[new] <- length(levels)
  }
  codes
}

# Without a data frame there is no factor.
refuse_embed <- function(options, what, call) {
  if (wants_embed(options$embed)) {
    abort_nnfit("argument", c(
      "{.arg embed} does not go with {what}, which has no factors.",
      "i" = "Give a data frame, with a formula, a recipe or without."
    ), call)
  }
}

# What a fit has embedded: `name`, `levels` and `size` of each, as Python settled them.
embedded_in <- function(fit) fit$options$embed %||% list()

describe_embed <- function(fit) {
  each <- vapply(embedded_in(fit), function(one) {
    numbers <- if (one$size == 1) "1 number" else paste(one$size, "numbers")
    paste0(one$name, " (", with_commas(length(one$levels)), " levels as ", numbers, ")")
  }, "")
  if (length(each)) paste0("Embedded: ", paste(each, collapse = ", "), "\n")
}

# The numbers that a network's first layer is given.
input_count <- function(fit) {
  fit$columns$number + sum(vapply(embedded_in(fit), function(one) one$size - 1, 1))
}
