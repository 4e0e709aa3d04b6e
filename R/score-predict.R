# Predictions of rows, computed in R.

score_prediction <- function(state, x, type, offset = NULL, call) {
  check_schema(state, call)
  scorer <- scorer_of(state)
  as_rows(scored(scorer, x, type, score_offset(scorer, offset, nrow(x), call), call))
}

# (k, n), on the scale of the "link" or the "response".
scored <- function(scorer, x, type, offset, call) {
  link <- score_link(scorer, x, offset, call)
  if (type == "link") link else response_of(link, scorer)
}

# The offset (n, d) of rows, widened to a network's outputs: (k, n).
score_offset <- function(scorer, offset, n, call) {
  if (is.null(offset)) return(NULL)
  check_offset_size(offset, scorer, call)
  outcomes <- scorer$options$n_outputs / length(scorer$heads)
  if (ncol(offset) == 1 && scorer$family$outcome != "class") {
    offset <- offset[, rep(1, outcomes), drop = FALSE]
  }
  check_offset_columns_of(offset, outcomes, scorer$family, call)
  offset <- t(unname(offset))
  if (scorer$all_heads) return(offset[rep(seq_len(outcomes), length(scorer$heads)), , drop = FALSE])
  # It moves the first of the numbers that the network gives for an outcome.
  others <- matrix(0, outcomes * (length(scorer$heads) - 1), n)
  rbind(offset, others)
}

check_offset_columns_of <- function(offset, outcomes, family, call) {
  if (ncol(offset) == outcomes) return(invisible())
  each <- if (family$outcome == "class") c("class", "classes") else c("outcome", "outcomes")
  abort_nnfit("argument", "`offset` has {ncol(offset)} column(s), and there are {outcomes}
    {each[2]}. Give a column for each {each[1]}.", call)
}

# One beside which no outcome could be.
check_offset_size <- function(offset, scorer, call) {
  family <- scorer$family
  digits <- 300 # before the point: the largest number has 308
  as_it_is <- scorer$link %in% c("identity", "margin")
  most <- if (!as_it_is) {
    digits * log(10)
  } else if (is.na(family$largest)) {
    10^(digits %/% max(family$scale_power, 1, na.rm = TRUE))
  } else {
    family$largest
  }
  largest <- max(abs(offset))
  if (largest <= most) return(invisible())
  short <- function(number) sprintf("%.3g", number)
  remedy <- if (as_it_is) {
    "Divide it by some power of ten, and y too."
  } else {
    paste0("It is on the scale of the link \"", scorer$link, "\".")
  }
  abort_nnfit("argument", "`offset` has values up to {short(largest)}, and under loss
    \"{family$name}\" those above {short(most)} are beyond what numbers can be. {remedy}", call)
}
