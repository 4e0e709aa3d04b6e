# The losses that are a likelihood as families of stats, which know their variance,
# link and deviance.

#' @rdname nn_fit-methods
#' @importFrom stats family
#' @export
family.nn_fit <- function(object, ...) {
  check_dots()
  fit_family(object, "family", rlang::current_env())
}

fit_family <- function(fit, generic, call) {
  make <- stats_families[[loss_family(fit$options$loss)$likelihood]]
  if (is.null(make)) {
    known <- catalog("loss")
    able <- known$name[known$likelihood %in% names(stats_families)]
    abort_nnfit("argument", c(
      "{.fn {generic}} is defined for the losses {.val {able}}.",
      "x" = "This fit has the loss {.val {component_name(fit$options$loss)}}."
    ), call)
  }
  make(fit)
}

# By the names in the table of losses.
stats_families <- list(
  normal = function(fit) stats::gaussian(),
  poisson = function(fit) {
    stats::poisson(if (fit$options$link == "identity") "identity" else "log")
  },
  gamma = function(fit) stats::Gamma("log"),
  bernoulli = function(fit) stats::binomial(),
  negative_binomial = function(fit) {
    negative_binomial(1 / loss_argument(fit$options$loss, "dispersion"))
  }
)

# stats has no such family. As that of MASS, which it need not be installed for.
negative_binomial <- function(theta) {
  link <- stats::make.link("log")
  structure(list(
    family = paste0("Negative Binomial(", format(theta), ")"), link = "log",
    linkfun = link$linkfun, linkinv = link$linkinv, mu.eta = link$mu.eta,
    valideta = link$valideta, validmu = function(mu) all(mu > 0),
    variance = function(mu) mu + mu^2 / theta,
    dev.resids = function(y, mu, wt) {
      2 * wt * (y * log(pmax(1, y) / mu) - (y + theta) * log((y + theta) / (mu + theta)))
    },
    aic = function(y, n, mu, wt, dev) {
      -2 * sum(wt * stats::dnbinom(y, size = theta, mu = mu, log = TRUE))
    }
  ), class = "family")
}
