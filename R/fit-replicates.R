# What a fit holds of the fits beside it: bootstrap replicates, or restarts.

check_replicates <- function(options, call) {
  if (options$restarts > 1 && options$bootstrap > 0) {
    abort_nnfit("argument", c(
      "{.arg restarts} does not go with {.arg bootstrap}: replicates start once each.",
      "i" = "Choose one of the two."
    ), call)
  }
  if (options$restarts > 1 && !is.null(options$model)) {
    abort_nnfit("argument", c(
      "{.arg restarts} must be 1 with a torch module of your own.",
      "x" = "Restarts draw new initial values, and your module brings its own."
    ), call)
  }
}

# Other ways of fitting have no replicates.
refuse_replicates <- function(options, what, call) {
  if (options$bootstrap > 0 || options$restarts > 1) {
    name <- if (options$bootstrap > 0) "bootstrap" else "restarts"
    abort_nnfit("argument", "{.arg {name}} does not go with {what}.", call)
  }
}

# Every parameter as an array whose first dimension is the replicate.
new_replicates <- function(made) {
  if (is.null(made)) return(NULL)
  made$seeds <- as.integer(unlist(made$seeds))
  for (loss in c("train_loss", "valid_loss")) {
    if (!is.null(made[[loss]])) made[[loss]] <- as.double(made[[loss]])
  }
  counts <- c("asked", "diverged", "dead", "interrupted")
  made[counts] <- lapply(made[counts], as.integer)
  made
}

new_restarts <- function(tried) {
  if (is.null(tried)) return(NULL)
  columns <- list(
    seed = as.integer(unlist(tried$seeds)),
    train_loss = as.double(tried$train_loss),
    valid_loss = if (!is.null(tried$valid_loss)) as.double(tried$valid_loss),
    stopped = as.character(unlist(tried$stopped)),
    best = seq_along(tried$seeds) == tried$best + 1
  )
  # tibble() takes as long as four iterations of ten small networks.
  tibble::new_tibble(Filter(Negate(is.null), columns), nrow = length(tried$seeds))
}

warn_replicates <- function(replicates, call, options = list()) {
  if (is.null(replicates)) return(invisible())
  asked <- replicates$asked
  if (replicates$diverged > 0) {
    warn_nnfit("replicates", c(
      "{replicates$diverged} of {asked} replicates diverged and {?is/are} left out.",
      "i" = "Intervals are those of the others. Try a smaller {.arg learn_rate}."
    ), call)
  }
  if (replicates$dead > 0) {
    warn_nnfit("learned_nothing", c(
      "{replicates$dead} of {asked} replicates learned nothing.",
      "x" = why_nothing(options),
      "i" = if (is_straight(options)) "Try a smaller {.arg learn_rate}." else fault_advice(options)
    ), call)
  }
  if (asked > length(replicates$seeds) + replicates$diverged + replicates$interrupted) {
    warn_nnfit("replicates", "No replicate was fitted, as the fit itself diverged.", call)
  }
}

describe_replicates <- function(fit, digits = 4) {
  if (!is.null(fit$replicates)) {
    return(paste0(length(fit$replicates$seeds), " bootstrap replicates\n"))
  }
  if (is.null(fit$restarts)) return(character())
  losses <- fit$restarts[["valid_loss"]] %||% fit$restarts$train_loss
  finite <- losses[is.finite(losses)]
  starts <- nrow(fit$restarts)
  if (!length(finite)) return(paste0("None of ", starts, " starts has a finite loss\n"))
  range <- format(signif(range(finite), digits), trim = TRUE)
  paste0("Best of ", starts, " starts, with losses from ", range[1], " to ", range[2], "\n")
}

need_replicates <- function(fit, what, call) {
  if (length(fit$replicates$seeds) < 2) {
    abort_nnfit("argument", c(
      "{what} needs replicates, and this fit has {length(fit$replicates$seeds)}.",
      "i" = "Fit with {.code bootstrap = 100}."
    ), call)
  }
}

check_level <- function(level, call, arg = "level") {
  if (!is_number(level, 0, 1) || level %in% c(0, 1)) {
    abort_nnfit("argument", c(
      "{.arg {arg}} must be a number between 0 and 1, not {describe(level)}."
    ), call)
  }
}
