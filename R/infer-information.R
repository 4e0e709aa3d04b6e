# How sure the coefficients of a linear fit are by its likelihood: what Python has kept in
# `fit$information` (python/nnfit/core/model/information.py), or why there is nothing.

# In standard errors: so far coefficients may be from the maximum of the likelihood.
near_maximum <- 0.05

# What information there is. `what` needs it; `or_replicates`: which would do as well.
need_information <- function(fit, what, call, or_replicates = FALSE) {
  if (!is_linear(fit)) refuse_network(fit, what, call)
  why <- no_information(fit)
  if (is.null(why)) return(fit$information)
  helps <- or_replicates && is.null(fit$replicates)
  abort_nnfit("argument", c(
    "{what} needs to know how sure the coefficients are, and this fit does not.", "x" = "{why}",
    "i" = if (helps) "Replicates say it all the same: fit with {.code bootstrap = 100}."
  ), call)
}

# The same where likelihoods are compared, at their maxima.
need_maximum <- function(fit, what, call) {
  if (!is_linear(fit)) refuse_network(fit, what, call)
  why <- no_information(fit)
  if (is.null(why)) return(invisible())
  abort_nnfit("argument", c(
    "{what} compares models by coefficients at the maximum of the likelihood, and those of this fit
      are not there.",
    "x" = "{why}",
    "i" = if (is_at_edge(fit)) "{.code drop1(fit)} compares deviances without a test."
  ), call)
}

# Why a linear fit has none that holds; NULL: it has.
no_information <- function(fit) {
  applies <- vapply(information_lacks, function(lacks) isTRUE(lacks(fit)), NA)
  if (any(applies)) names(information_lacks)[applies][1]
}

refuse_network <- function(fit, what, call) {
  its <- if (has_band(fit)) "Its" else "With `bootstrap = 100` its"
  abort_nnfit("argument", c(
    "{what} is for linear models.",
    "x" = "A network's weights have no meaning one by one: others make the same network.",
    "i" = "{its} predictions have: {.code predict(fit, newdata, interval = \"confidence\")}."
  ), call)
}

# Whether a fit as it is has intervals of confidence.
has_band <- function(fit) {
  source <- tryCatch(interval_source(fit, "response", "confidence", NULL),
    nnfit_error = function(error) NULL
  )
  !is.null(source)
}

# By the reason whether it applies; the first is said.
information_lacks <- list(
  "A `penalty` draws them to zero." = function(fit) fit$options$penalty > 0,
  "Its loss is no likelihood." = function(fit) is.na(loss_likelihood(fit$options$loss)),
  "It was made by an earlier version of nnfit: fit again." = function(fit) {
    is.null(fit$schema) || fit$schema < 4
  },
  "Training has diverged." = function(fit) fit$stopped == "diverged",
  "The outcome is the same in all rows, so that the likelihood has no maximum." = function(fit) {
    is_unvaried(fit)
  },
  "The classes can be told apart, so that the likelihood has no maximum." = function(fit) {
    isTRUE(fit$fault$kind %in% c("separated", "nearly_separated"))
  },
  "Some means are at the end of what they can be, so that the likelihood has no maximum." =
    function(fit) identical(fit$fault$kind, "boundary"),
  "Some coefficients have no most likely value: larger ones always are more likely." =
    function(fit) isTRUE(fit$fault$kind == "infinite"),
  "Some means go to 0, where the likelihood has no maximum." = function(fit) {
    isTRUE(fit$fault$kind == "vanished")
  },
  "It has more than 1,000 coefficients, of which nnfit keeps none." = function(fit) {
    is.null(fit$information) && settled_together(fit) > 1000
  },
  "There are as many coefficients as rows." = function(fit) {
    # Of censored times nobs() counts events, of which one may tell what a coefficient is.
    counted <- fit$outcome$kind != "survival"
    anyNA(fit$information$dispersion) || counted && stats::nobs(fit) <= sum(!is.na(coef(fit)))
  },
  "The rows do not tell what some coefficients are." = function(fit) is.null(fit$information),
  "Training ended more than 0.05 standard errors from the maximum: train on." = function(fit) {
    !(fit$information$gap <= near_maximum)
  }
)

# How many coefficients one information is of: of classes those of all.
settled_together <- function(fit) {
  together <- if (identical(fit$options$link, "softmax")) fit$options$n_outputs else 1
  (fit$options$n_features + 1) * together
}

# Of each output about its mean.
dispersion_of <- function(fit) diag(as.matrix(fit$information$dispersion))

# The covariance of the coefficients, outcome after outcome, and without those that take
# no part.
information_covariance <- function(fit, information) {
  covariances <- lapply(seq_len(fit$options$n_outputs), function(output) {
    tcrossprod(information_root(information, output))
  })
  dispersion <- as.matrix(information$dispersion)
  if (dim(information$root)[1] == 1) return(kronecker(dispersion, covariances[[1]]))
  size <- nrow(covariances[[1]])
  whole <- matrix(0, size * length(covariances), size * length(covariances))
  for (output in seq_along(covariances)) {
    own <- (output - 1) * size + seq_len(size)
    whole[own, own] <- covariances[[output]] * dispersion[output, output]
  }
  whole
}

# Of one output, or of all that have the same: a row for each coefficient.
information_root <- function(information, output) {
  root <- information$root
  block <- min(output, dim(root)[1])
  matrix(root[block, , ], dim(root)[2], dim(root)[3])
}

# Scores of classes are known up to a number that is added to all of them.
refuse_scores <- function(fit, what, call) {
  if (identical(fit$options$link, "softmax")) {
    abort_nnfit("argument", c(
      "{what} is not there for scores of several classes.",
      "x" = "They are known up to a number that is added to all of them.",
      "i" = "Their probabilities have limits: {.code predict(fit, newdata, interval = \\
        \"confidence\")}."
    ), call)
  }
}
