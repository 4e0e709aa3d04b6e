# Recipes whose factors are embedded: what the steps leave is numbers and these factors.

# A recipe's predictors with positions in the place of the factors that are embedded.
code_recipe <- function(molded, embed, call) {
  frame <- as.data.frame(molded$predictors)
  classes <- names(frame)[vapply(frame, can_embed, NA)]
  sizes <- if (is_auto(embed)) many_leveled(frame[classes]) else embed_sizes(embed)
  check_embeddable(names(sizes), frame, classes, call)
  check_left(frame[setdiff(names(frame), names(sizes))], call)
  sizes <- sizes[intersect(names(frame), names(sizes))]
  frame[names(sizes)] <- lapply(frame[names(sizes)], function(column) droplevels(as.factor(column)))
  levels <- lapply(frame[names(sizes)], levels)
  molded$blueprint$embedded <- names(sizes)
  molded$blueprint$levels <- levels
  molded$predictors <- as.matrix(with_codes(frame, names(sizes)))
  columns <- match(names(sizes), names(frame)) - 1L
  molded$embed <- unname(Map(crossing_factor, names(sizes), columns, levels, sizes))
  molded
}

# As hardhat has it where nothing is embedded.
check_left <- function(frame, call) {
  wrong <- names(frame)[!vapply(frame, is_numbers, NA)]
  if (length(wrong)) {
    abort_nnfit("data", c(
      "{.arg data} must have numbers after the recipe's steps, but for what is embedded.",
      "x" = "Of another kind: {.field {beginning(wrong)}}.",
      "i" = "Name {cli::qty(wrong)}{?it/them} in {.arg embed}, or make numbers by
        {.code recipes::step_dummy()}."
    ), call)
  }
}

# New data through the recipe. A level that is new would be missing before the steps
# are done: it is put aside until then.
forge_recipe <- function(blueprint, data, arg, call, outcomes, new_levels) {
  here <- intersect(blueprint$embedded, names(data))
  new <- lapply(rlang::set_names(here), function(name) {
    labels <- as.character(data[[name]])
    ifelse(is.na(labels) | labels %in% blueprint$levels[[name]], NA, labels)
  })
  for (name in here) {
    data[[name]][!is.na(new[[name]])] <- NA
    if (is.factor(data[[name]])) data[[name]] <- droplevels(data[[name]])
  }
  forged <- try_data(hardhat::forge(data, blueprint, outcomes = outcomes), call)
  frame <- as.data.frame(forged$predictors)
  for (name in blueprint$embedded) {
    labels <- as.character(frame[[name]])
    labels[is.na(labels)] <- new[[name]][is.na(labels)]
    frame[[name]] <- level_codes(labels, blueprint$levels[[name]], name, new_levels, arg, call)
  }
  forged$predictors <- as.matrix(frame)
  forged
}
