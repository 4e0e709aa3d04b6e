# R's families of glm(): what each is as a loss with a link. The losses are rows of the
# core's table, and so are the links that each may have.

# The family itself, as glm() takes it: an object, the function that makes it, or its name.
family_object <- function(family, call) {
  made <- if (rlang::is_string(family)) family_called(family) else family
  if (is.function(made)) made <- tryCatch(made(), error = function(error) NULL)
  if (!inherits(made, "family") || !is.list(made) || !rlang::is_string(made$family)) {
    abort_nnfit("argument", c(
      "{.arg family} must be a family as {.fn glm} takes it, its function or its name, not
        {describe(family)}.",
      "i" = if (is_negative_binomial(family)) {
        "Give it with its theta: {.code MASS::negative.binomial(theta = 2)}, or
          {.code loss = list(\"negative_binomial_nll\", dispersion = 1 / theta)}."
      } else {
        "For example {.code family = binomial(\"probit\")}."
      }
    ), call)
  }
  made
}

# Its name, or the function, which has no theta of its own.
is_negative_binomial <- function(family) {
  if (is.function(family)) return("theta" %in% names(formals(family)))
  rlang::is_string(family) && grepl("^(MASS::)?(neg|nb|nbinom)", family, ignore.case = TRUE)
}

# By name: of stats, or where the user would find it.
family_called <- function(name) {
  if (!nzchar(name) || !validEnc(name)) return(NULL)
  get0(name, asNamespace("stats"), mode = "function", inherits = FALSE) %||%
    get0(name, globalenv(), mode = "function")
}

# The loss that says the same, as a component.
family_loss <- function(family, call) {
  named <- vapply(names(family_losses), startsWith, NA, x = family$family)
  found <- names(family_losses)[named]
  # "quasi" begins the names of others.
  found <- found[which.max(nchar(found))]
  loss <- if (length(found)) family_losses[[found]](family)
  if (is.null(loss) || !is_as_named(family, loss)) refuse_unknown_family(family, call)
  link <- link_name(family)
  loss <- c(loss, link = link)
  links <- argument_rows("loss", loss[[1]])$link$choices
  if (!link %in% links) {
    abort_nnfit("argument", c(
      "{.arg family} {.val {family$family}} can have the links {.val {links}}.",
      "x" = "This one has {.val {link}}."
    ), call)
  }
  as_component("loss", loss, "family", call)
}

refuse_unknown_family <- function(family, call) {
  known <- c(
    "gaussian", "binomial", "poisson", "Gamma", "inverse.gaussian", "quasi", "quasibinomial",
    "quasipoisson", "MASS::negative.binomial", "statmod::tweedie"
  )
  abort_nnfit("argument", c(
    "{.arg family} {.val {beginning(family$family)}} is none that a loss stands for.",
    "i" = "Known: {.fn {known}}, with the variances that these have."
  ), call)
}

# By the beginning of the family's own name. The parameters are read from the variance
# function, as the objects of other packages keep them each in a way of its own.
family_losses <- list(
  gaussian = function(family) list("mse"),
  binomial = function(family) list("bce_with_logits"),
  poisson = function(family) list("poisson_nll"),
  Gamma = function(family) list("gamma_nll"),
  inverse.gaussian = function(family) list("inverse_gaussian_nll"),
  quasibinomial = function(family) list("bce_with_logits", scatter = TRUE),
  quasipoisson = function(family) list("poisson_nll", scatter = TRUE),
  quasi = function(family) quasi_losses[[family$varfun]],
  Tweedie = function(family) tweedie_loss(log2(family$variance(2))),
  # As glm() has it, which estimates a dispersion beside theta.
  "Negative Binomial(" = function(family) {
    list("negative_binomial_nll", dispersion = family$variance(1) - 1, scatter = TRUE)
  }
)

# By the variance function, as quasi() names it.
quasi_losses <- list(
  constant = list("mse"),
  mu = list("poisson_nll", scatter = TRUE),
  "mu^2" = list("gamma_nll"),
  "mu^3" = list("inverse_gaussian_nll"),
  "mu(1-mu)" = list("bce_with_logits", scatter = TRUE)
)

# The powers at the ends are other distributions.
tweedie_loss <- function(power) {
  whole <- list("0" = "constant", "1" = "mu", "2" = "mu^2", "3" = "mu^3")
  near <- names(whole)[abs(power - as.numeric(names(whole))) < 1e-9]
  if (length(near)) return(quasi_losses[[whole[[near]]]])
  if (power > 1 && power < 2) list("tweedie_nll", power = power)
}

# Whether the functions of a family are those that its name and link promise.
is_as_named <- function(family, loss) {
  known <- stats_families[[loss_family(loss[[1]])$likelihood]](list(loss[[1]], loss[-1]), "log")
  link <- tryCatch(stats::make.link(link_name(family)), error = function(error) NULL)
  means <- c(0.3, 0.6)
  same <- function(part, of) isTRUE(all.equal(family[[part]](means), of[[part]](means)))
  same("variance", known) && (is.null(link) || same("linkfun", link))
}

# power(), and families of other packages, name powers of the mean that have a name.
link_name <- function(family) {
  names <- c("mu^0" = "log", "mu^1" = "identity", "mu^0.5" = "sqrt", "mu^-1" = "inverse",
    "mu^-2" = "1/mu^2")
  if (family$link %in% names(names)) names[[family$link]] else family$link
}

# A family says all that a loss says.
component_of_family <- function(family, loss, call) {
  if (!is.null(loss)) {
    abort_nnfit("argument", c(
      "{.arg family} and {.arg loss} say the same: give one of them.",
      "x" = "{.arg family} {.val {family$family}} is a loss with its link."
    ), call)
  }
  family_loss(family, call)
}
