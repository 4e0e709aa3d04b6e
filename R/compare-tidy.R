# A comparison as tables, under the names of broom.

#' @rdname lm_compare
#' @param conf.int Logical: with the columns `conf.low` and `conf.high`, of R's fit?
#' @param conf.level Number between 0 and 1: of that interval.
#' @export
tidy.lm_compare <- function(x, ..., conf.int = FALSE, conf.level = 0.95) {
  check_dots()
  call <- rlang::current_env()
  check_conf_int(conf.int, conf.level, call)
  if (!conf.int) return(x$coefficients)
  with_interval(x$coefficients, x, conf.level)
}

check_conf_int <- function(conf.int, conf.level, call) {
  check_rule(conf.int, flag_rule, "conf.int", call)
  check_rule(
    conf.level, rule("a number between 0 and 1", function(x) is_number(x) && x > 0 && x < 1),
    "conf.level", call
  )
}

# Wald's, as confint.lm() has it; of a glm() too.
with_interval <- function(table, compared, level) {
  fit <- compared$reference
  df <- if (inherits(fit, "glm")) Inf else stats::df.residual(fit)
  half <- stats::qt((1 + level) / 2, df) * table$std.error
  table$conf.low <- table$estimate - half
  table$conf.high <- table$estimate + half
  table
}

#' @rdname lm_compare
#' @export
glance.lm_compare <- function(x, ...) {
  check_dots()
  rows <- lapply(unname(x$methods), function(record) {
    certificate <- record$certificate
    tibble::tibble(
      method = record$label, mse = record$mse, rmse = record$rmse, r.squared = record$r.squared,
      logLik = record$logLik, AIC = record$AIC, nobs = record$nobs, epochs = record$epochs,
      gradient_norm = record$gradient_norm, converged = record$there, seconds = record$seconds,
      condition = certificate$condition %||% NA_real_,
      learn_rate = certificate$learn_rate %||% NA_real_,
      largest_learn_rate = missing_if_none(certificate$largest_learn_rate),
      epochs_needed = missing_if_none(certificate$epochs_needed), verdict = record$verdict
    )
  })
  do.call(rbind, rows)
}

missing_if_none <- function(number) if (is.null(number) || is.nan(number)) NA_real_ else number

#' @rdname lm_compare
#' @export
augment.lm_compare <- function(x, ...) {
  check_dots()
  frame <- tibble::as_tibble(as.list(x$data), .name_repair = "minimal")
  rows <- lapply(unname(x$methods), function(record) {
    own <- tibble::tibble(
      .fitted = record$fitted, .resid = observed_numbers(x) - record$fitted
    )
    cbind_tibbles(tibble::tibble(method = rep(record$label, nrow(frame))), frame, own)
  })
  do.call(rbind, rows)
}

cbind_tibbles <- function(...) {
  columns <- do.call(c, lapply(list(...), as.list))
  tibble::as_tibble(columns, .name_repair = "minimal")
}

observed_numbers <- function(compared) outcome_numbers(compared$reference)

#' @rdname lm_compare
#' @param row.names,optional As in [as.data.frame()].
#' @export
as.data.frame.lm_compare <- function(x, row.names = NULL, optional = FALSE, ...) {
  check_dots()
  check_frame_arguments(row.names, optional, nrow(x$coefficients), rlang::current_env())
  as.data.frame(x$coefficients, row.names = row.names, optional = optional)
}
