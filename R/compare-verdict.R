# Why a method is not where lm() is, in a sentence, from what is certain of its steps; and
# what would bring it there.

roundoff <- c(float64 = 2^-53, float32 = 2^-24)

# The first that applies is said; each is a function of what verdict_facts() gives, and
# gives a text or NULL.
method_verdict <- function(record, reference) {
  facts <- verdict_facts(record, reference)
  for (say in verdicts) {
    said <- say(facts)
    if (!is.null(said)) return(said)
  }
}

verdict_facts <- function(record, reference) {
  certificate <- record$certificate
  list(
    method = record$method, there = isTRUE(record$there), epochs = record$epochs,
    diverged = has_diverged(record), rate = certificate$learn_rate,
    limit = certificate$largest_learn_rate %||% NaN, needed = certificate$epochs_needed %||% NaN,
    condition = certificate$condition %||% NaN, dtype = certificate$dtype %||% "float64",
    settled = identical(certificate$stopped, "settled"),
    standardised = isTRUE(certificate$scale), cure = certificate$cure,
    distance = certificate$distance, way = certificate$way, gradient = certificate$gradient_norm,
    stable = certificate$stable, finite = is.finite(certificate$last_loss %||% 0),
    began = all(is.finite(record$losses[1])), swings = is_swinging(record),
    separated = is_separated(reference), parameters = certificate$parameters
  )
}

# It ends above where it began, or nowhere.
has_diverged <- function(record) {
  last <- record$certificate$last_loss
  !is.null(last) && (!is.finite(last) || length(record$losses) > 0 && last > record$losses[1])
}

# Its loss still rises now and then, by more than rounding. NA: the losses are not known.
is_swinging <- function(record) {
  losses <- record$losses
  if (length(losses) < 3) return(NA)
  last <- utils::tail(losses, max(10, length(losses) %/% 4))
  noise <- 16 * roundoff[[record$certificate$dtype %||% "float64"]] * max(abs(last))
  any(diff(last) > noise)
}

# Some rows are certain of their class, and nothing in the data says how certain: glm()'s
# answer lies at infinity.
is_separated <- function(reference) {
  if (reference$family$family != "binomial") return(FALSE)
  sure <- abs(reference$fit$fitted.values - 0.5) > 0.5 - 1e-7 & reference$weights > 0
  if (!any(sure)) return(FALSE)
  x <- reference$x[sure, , drop = FALSE]
  eta <- reference$fit$linear.predictors[sure]
  spread <- sqrt(rowSums((x %*% stats::vcov(reference$fit)[reference$known, reference$known]) * x))
  any(spread > 10 * abs(eta))
}

say_network <- function(facts) {
  if (facts$method != "network") return()
  paste0(
    "another model: a hidden layer, with ", counted(facts$parameters, "parameter"),
    ", has no coefficients to set beside lm()'s"
  )
}

say_separated <- function(facts) {
  if (facts$separated) {
    "no finite answer: some rows are certain of their class, and the coefficients grow for ever"
  }
}

say_there <- function(facts) if (facts$there) "there: six digits"

say_no_start <- function(facts) {
  if (facts$began) return()
  "not there: its loss is not finite where it begins; `start = NULL` begins elsewhere"
}

# There the error changes its sign with every step, and keeps its size.
say_at_bound <- function(facts) {
  if (!isTRUE(abs(facts$rate / facts$limit - 1) < 1e-9)) return()
  paste0(
    "is at the bound: with learn_rate ", format(facts$rate, digits = 7, decimal.mark = "."),
    " the steps neither shrink nor grow; ", rate_cure(facts)
  )
}

say_too_far <- function(facts) {
  if (!isTRUE(facts$rate >= facts$limit) || isTRUE(facts$stable)) return()
  numbers <- as_different(facts$rate, facts$limit)
  # One coefficient at a time, some rates beyond may be stable again.
  what <- if (facts$method == "numeric") "up to which it" else "the largest that"
  paste0(
    if (facts$diverged) "diverged" else "will diverge", ": learn_rate ", numbers[1],
    " is above ", numbers[2], ", ", what, " is stable here; ", rate_cure(facts)
  )
}

say_too_fast <- function(facts) {
  if (!facts$diverged || !is.finite(facts$limit)) return()
  paste0(
    "diverged: learn_rate ", as_number(facts$rate), " is stable where the loss is least, but ",
    "goes too far on the way there; at most ", as_number(facts$cure$stable_rate)
  )
}

# The steps of Adam are as long as ever where the loss is steep.
say_beyond <- function(facts) {
  if (facts$method != "adam" || facts$finite) return()
  paste0(
    "diverged: steps of about learn_rate, ", as_number(facts$rate), ", in every parameter lead to ",
    "where the loss is not finite, after ", so_many(facts$epochs), "; ", adam_cure(facts)
  )
}

# What a learning rate far below the limit leaves of a slope may be less than the last digit.
say_too_short <- function(facts) {
  short <- (facts$settled || facts$needed %in% Inf) && isTRUE(facts$rate < facts$limit / 100)
  if (!short || isTRUE(roundoff[[facts$dtype]] * facts$condition / 2 > 1e-6)) return()
  paste0(
    "not there: with learn_rate ", as_number(facts$rate), " steps are too short to get anywhere ",
    "in ", facts$dtype, "; use `", if (!facts$standardised) "scale = TRUE, ", "learn_rate = ",
    as_number(facts$cure$learn_rate), "`"
  )
}

say_rounding <- function(facts) {
  if (!cannot_resolve(facts)) return()
  paste0(
    facts$dtype, " cannot resolve this: condition ", as_power(facts$condition), "; ",
    precision_cure(facts)
  )
}

say_slow <- function(facts) {
  if (!is.finite(facts$needed)) return()
  paste0(
    "not there yet: six digits need about ", so_many(up(facts$needed)),
    " at this rate, ran ", all_digits(facts$epochs), faster(facts)
  )
}

say_adam <- function(facts) {
  if (facts$method != "adam") return()
  paste0(adam_reason(facts), "; ", adam_cure(facts))
}

adam_reason <- function(facts) {
  away <- paste("the farthest parameter is", as_number(facts$distance), "away")
  if (isTRUE(facts$rate * facts$epochs < facts$way)) {
    return(paste0(
      "not there yet: ", away, ", and a step of Adam is about learn_rate, ",
      as_number(facts$rate), ", at most: ran ", all_digits(facts$epochs)
    ))
  }
  if (isTRUE(facts$swings)) {
    return(paste0(
      "not there: ", away, ", and steps of about learn_rate, ", as_number(facts$rate),
      ", are too long to settle: the loss still goes up and down"
    ))
  }
  paste0(
    "not there yet: ", away, " after ", so_many(facts$epochs),
    if (isFALSE(facts$swings)) ", and the loss falls but slowly",
    " (condition ", as_power(facts$condition), ")"
  )
}

say_lbfgs <- function(facts) {
  if (facts$method != "lbfgs") return()
  paste0(
    "not there yet: ran ", so_many(facts$epochs), ", and the gradient is still ",
    as_number(facts$gradient), "; `", if (!facts$standardised) "scale = TRUE, ",
    "epochs = ", default_epochs("lbfgs"), "` is enough"
  )
}

say_never <- function(facts) {
  paste0(
    "not there: in some direction the loss hardly falls (condition ", as_power(facts$condition),
    "); lm() or `\"lbfgs\"` can"
  )
}

# In this order.
verdicts <- list(
  network = say_network,
  separated = say_separated,
  there = say_there,
  no_start = say_no_start,
  at_bound = say_at_bound,
  too_far = say_too_far,
  too_fast = say_too_fast,
  beyond = say_beyond,
  too_short = say_too_short,
  rounding = say_rounding,
  slow = say_slow,
  adam = say_adam,
  lbfgs = say_lbfgs,
  never = say_never
)

reference_verdict <- function(reference) {
  if (is_separated(reference)) return(verdicts$separated(list(separated = TRUE)))
  if (isFALSE(reference$fit$converged)) "glm() has not converged" else "the reference"
}

rate_cure <- function(facts) {
  paste0(scaling_cure(facts), "at most ", as_number(facts$cure$stable_rate))
}

# Standardised predictors are a cure where the same rate is stable with them.
scaling_cure <- function(facts) {
  if (!facts$standardised && facts$rate < facts$cure$largest_rate) "`scale = TRUE`, or "
}

# Where rounding ends a descent: the gradient's noise, or steps that are too small to
# change a number, leave an error of the condition times the roundoff in the coefficients.
cannot_resolve <- function(facts) {
  error <- roundoff[[facts$dtype]] * facts$condition / 2
  isTRUE(error > 1e-6) || facts$settled || isTRUE(facts$epochs >= 2 * facts$needed)
}

precision_cure <- function(facts) {
  if (facts$method == "adam") return(adam_cure(facts))
  finer <- facts$dtype == "float32" && is_resolved("float64", facts$condition)
  # Differences lose more digits than the steps do.
  enough <- facts$method != "numeric" && is_resolved(facts$dtype, facts$cure$condition)
  ways <- c(
    if (finer) double_cure(facts),
    if (enough && !facts$standardised) paste0("`scale = TRUE", cure_options(facts), "`")
  )
  if (length(ways)) return(paste("use", paste(ways, collapse = " or ")))
  both <- facts$dtype == "float32" && is_resolved("float64", facts$cure$condition)
  if (both) return(paste0("use `dtype = \"float64\", scale = TRUE", cure_options(facts), "`"))
  less_alike
}

less_alike <- "use lm(), or predictors that are less alike, as poly() makes them"

# For sure: a tenth of what is seen to be too much.
is_resolved <- function(dtype, condition) isTRUE(roundoff[[dtype]] * condition < 2e-7)

double_cure <- function(facts) {
  if (facts$method == "lbfgs") {
    return(paste0("`dtype = \"float64\", epochs = ", default_epochs("lbfgs"), "`"))
  }
  needs <- if (isTRUE(up(facts$needed) > facts$epochs)) {
    paste0(" with about ", so_many(up(facts$needed)))
  }
  paste0("`dtype = \"float64\"`", needs)
}

# What goes with standardised predictors, for the method to be there.
cure_options <- function(facts) {
  if (facts$method == "lbfgs") return(paste0(", epochs = ", default_epochs("lbfgs")))
  epochs <- up(facts$cure$epochs)
  paste0(
    ", learn_rate = ", as_number(facts$cure$learn_rate),
    if (isTRUE(epochs > facts$epochs)) paste0(", epochs = ", format(epochs, scientific = FALSE))
  )
}

# What would be twice as fast at least.
faster <- function(facts) {
  epochs <- up(facts$cure$epochs %||% Inf)
  if (min(epochs, facts$needed) > 1e5) {
    return("; `\"lbfgs\"` with `scale = TRUE` learns the curvature and needs few")
  }
  if (!isTRUE(2 * epochs < facts$needed)) return("")
  paste0(
    "; `", if (!facts$standardised) "scale = TRUE, ", "learn_rate = ",
    as_number(facts$cure$learn_rate), "` needs about ", all_digits(epochs)
  )
}

adam_cure <- function(facts) {
  if (is.null(facts$cure$learn_rate)) {
    other <- facts$cure$by_lbfgs %||% is_resolved("float64", facts$cure$condition)
    return(if (other) lbfgs_cure(facts) else less_alike)
  }
  paste0(
    # Rounding keeps its steps going.
    "`", if (facts$dtype == "float32") "dtype = \"float64\", ",
    if (!facts$standardised) "scale = TRUE, ", "learn_rate = ",
    as_number(facts$cure$learn_rate), ", epochs = ", default_epochs("adam"), "` is enough"
  )
}

# Where no rate of Adam's is known to be enough.
lbfgs_cure <- function(facts) {
  paste0(
    "`methods = \"lbfgs\", ", if (facts$dtype == "float32") "dtype = \"float64\", ",
    if (!facts$standardised) "scale = TRUE, ", "learn_rate = 1, epochs = ",
    default_epochs("lbfgs"), "` is enough"
  )
}

default_epochs <- function(method) {
  table <- compare_table()
  format(table$epochs[match(method, table$name)], big.mark = "")
}

# Two digits, rounded up: so many epochs are enough.
up <- function(number) {
  if (!is.finite(number) || number < 100) return(ceiling(number))
  power <- 10^(floor(log10(number)) - 1)
  ceiling(number / power) * power
}

# "8,200", and "500,000" where format() has "5e+05".
all_digits <- function(n) format(n, big.mark = ",", decimal.mark = ".", scientific = FALSE)

so_many <- function(epochs) paste(all_digits(epochs), if (epochs == 1) "epoch" else "epochs")

as_number <- function(x, digits = 2) {
  x <- signif(x, digits)
  small <- is.finite(x) && x != 0 && (abs(x) < 1e-5 || abs(x) >= 1e6)
  format(x, digits = digits, decimal.mark = ".", scientific = small, big.mark = ",")
}

# As as_number(), with as many digits as tell two numbers apart.
as_different <- function(a, b) {
  for (digits in 2:15) {
    texts <- c(as_number(a, digits), as_number(b, digits))
    if (texts[1] != texts[2]) break
  }
  texts
}

# "4e9": how large a number is, which is all that is known of a condition.
as_power <- function(x) {
  if (!is.finite(x)) return("infinite")
  if (x < 1e4) return(all_digits(signif(x, 2)))
  sub("e[+]0*", "e", sprintf("%.0e", x))
}
