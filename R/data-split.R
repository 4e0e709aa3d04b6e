# Splits of rsample, by their parts, which are plain lists: `data`, the rows to train on (`in_id`)
# and those to judge by (`out_id`; NA: all others).

is_split <- function(x) inherits(x, c("rsplit", "three_way_split"))

# `validation` as a logical for each row of `data`, where it is a split of them; anything else as
# it is.
split_rows <- function(validation, data, call) {
  if (inherits(validation, "rset")) validation <- only_split(validation, call)
  if (!is_split(validation)) return(validation)
  if (inherits(validation, "three_way_split")) {
    abort_nnfit("argument", c(
      "{.arg validation} must be a split in two, and this one is in three.",
      "i" = "Give two of its parts: {.code nn_fit(y ~ x, training(split), validation =
        validation(split))}."
    ), call)
  }
  check_split_data(validation, data, "validation", call)
  inside <- validation$in_id
  held_out <- assessed_rows(validation)
  apart <- length(held_out) && !length(intersect(inside, held_out))
  if (!apart || anyDuplicated(inside) || length(inside) + length(held_out) != nrow(data)) {
    abort_nnfit("argument", c(
      "{.arg validation} must be a split that has each of the {nrow(data)} rows once, to train on or
        to validate on.",
      "x" = "This one trains on {length(inside)} ({length(unique(inside))} of them different), and
        validates on {length(held_out)}.",
      "i" = "Give its parts: {.code nn_fit(y ~ x, analysis(split), validation =
        assessment(split))}."
    ), call)
  }
  seq_len(nrow(data)) %in% held_out
}

only_split <- function(splits, call) {
  if (length(splits$splits) == 1) return(splits$splits[[1]])
  abort_nnfit("argument", c(
    "{.arg validation} must be one split, and these are {length(splits$splits)}.",
    "i" = "{.code nn_cv(y ~ x, data, folds = splits)} fits to each."
  ), call)
}

assessed_rows <- function(split) {
  if (identical(as.vector(split$out_id), NA)) {
    return(setdiff(seq_len(nrow(split$data)), split$in_id))
  }
  split$out_id
}

# A split knows rows by their numbers, which mean nothing in other data or in another order.
check_split_data <- function(split, data, arg, call) {
  both <- intersect(names(data), names(split$data))
  same <- function(name) identical(.subset2(data, name), .subset2(split$data, name))
  if (length(both) && nrow(data) == nrow(split$data) && all(vapply(both, same, NA))) return()
  abort_nnfit("argument", c(
    "{.arg {arg}} must be of the data that are fitted: it names rows by their numbers.",
    "x" = "{cli::qty(nrow(split$data))}It was made of {nrow(split$data)} row{?s}, and the data are
      {nrow(data)} row{?s} with other values or in another order.",
    "i" = if (arg == "validation") "Of parts of a split: {.code nn_fit(y ~ x, training(split),
      validation = testing(split))}."
  ), call)
}

# `folds` as the name of the fold of each row, where they are an rset; anything else as it is.
split_folds <- function(folds, data, call) {
  if (!inherits(folds, "rset")) return(folds)
  splits <- folds$splits
  check_split_data(splits[[1]], data, "folds", call)
  held_out <- lapply(splits, assessed_rows)
  trained <- Map(function(split, out) {
    !anyDuplicated(split$in_id) && setequal(c(split$in_id, out), seq_len(nrow(data))) &&
      length(split$in_id) + length(out) == nrow(data)
  }, splits, held_out)
  times <- tabulate(unlist(held_out), nrow(data))
  if (!all(unlist(trained)) || any(times != 1)) {
    what <- class(folds)[1]
    abort_nnfit("argument", c(
      "{.arg folds} must hold each of the {nrow(data)} rows out once, and train on all others.",
      "x" = "These ({.cls {what}}) hold {sum(times > 1)} row{?s} out several times and
        {sum(times == 0)} never.",
      "i" = "{.code rsample::vfold_cv()} with one repeat, {.code group_vfold_cv()} and
        {.code loo_cv()} do."
    ), call)
  }
  place <- rep(seq_along(held_out), lengths(held_out))[order(unlist(held_out))]
  factor(place, labels = make.unique(as.character(folds[["id"]] %||% seq_along(held_out))))
}
