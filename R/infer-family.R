# The losses that are a likelihood as families of stats, which know their variance,
# link and deviance.

#' @rdname nn_fit-methods
#' @importFrom stats family
#' @export
family.nn_fit <- function(object, ...) {
  check_dots()
  fit_family(object, "family", rlang::current_env())
}

# The family that the user gave, or that of the loss.
fit_family <- function(fit, generic, call) {
  if (!is.null(fit$given_family)) return(fit$given_family)
  make <- stats_families[[loss_likelihood(fit$options$loss)]]
  if (is.null(make)) {
    known <- catalog("loss")
    able <- known$name[known$likelihood %in% names(stats_families)]
    abort_nnfit("argument", c(
      "{.fn {generic}} is defined for the losses {.val {able}}.",
      "x" = "This fit has the loss {.val {loss_text(fit$options$loss)}}."
    ), call)
  }
  link <- fit$options$link
  make(fit$options$loss, if (link == "probability") "logit" else link)
}

# Whether its dispersion is estimated though its likelihood has none.
is_scattered <- function(loss) length(loss) > 1 && isTRUE(loss[[2]]$scatter)

# Of stats, by name: their functions look at how their argument is written.
of_stats <- function(name, link) do.call(getExportedValue("stats", name), list(link))

# By the names in the table of losses.
stats_families <- list(
  normal = function(loss, link) of_stats("gaussian", link),
  poisson = function(loss, link) {
    of_stats(if (is_scattered(loss)) "quasipoisson" else "poisson", link)
  },
  gamma = function(loss, link) of_stats("Gamma", link),
  inverse_gaussian = function(loss, link) of_stats("inverse.gaussian", link),
  bernoulli = function(loss, link) {
    of_stats(if (is_scattered(loss)) "quasibinomial" else "binomial", link)
  },
  negative_binomial = function(loss, link) {
    negative_binomial(1 / loss_argument(loss, "dispersion"), link)
  },
  tweedie = function(loss, link) tweedie(loss_argument(loss, "power"), link)
)

# stats has no such family. As that of MASS, which it need not be installed for.
negative_binomial <- function(theta, link) {
  new_family(
    paste0("Negative Binomial(", format(theta), ")"), link,
    variance = function(mu) mu + mu^2 / theta,
    dev.resids = function(y, mu, wt) {
      2 * wt * (y * log(pmax(1, y) / mu) - (y + theta) * log((y + theta) / (mu + theta)))
    },
    aic = function(y, n, mu, wt, dev) {
      -2 * sum(wt * stats::dnbinom(y, size = theta, mu = mu, log = TRUE))
    }
  )
}

# As that of statmod: a variance in proportion to a power of the mean, between 1 and 2.
tweedie <- function(power, link) {
  new_family(
    "Tweedie", link,
    variance = function(mu) mu^power,
    dev.resids = function(y, mu, wt) {
      of_y <- ifelse(y > 0, y, 1)^(2 - power) * (y > 0) * (1 / (1 - power) - 1 / (2 - power))
      2 * wt * (of_y - y * mu^(1 - power) / (1 - power) + mu^(2 - power) / (2 - power))
    },
    aic = function(y, n, mu, wt, dev) NA
  )
}

new_family <- function(name, link, ...) {
  known <- stats::make.link(link)
  structure(c(
    list(
      family = name, link = link, linkfun = known$linkfun, linkinv = known$linkinv,
      mu.eta = known$mu.eta, valideta = known$valideta, validmu = function(mu) all(mu > 0)
    ),
    list(...)
  ), class = "family")
}
