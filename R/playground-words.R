# What the page says of a run, and what its pictures say to who does not see them.

# Digits as a reader wants them.
said <- function(value, digits = 3) {
  format(signif(value, digits), scientific = abs(value) >= 1e6 || abs(value) < 1e-4 && value != 0,
    digits = digits, trim = TRUE)
}

# Root mean squared errors, of the fit and of lm(): in training and held out.
run_errors <- function(run) {
  rows <- run$rows
  fitted <- list(
    fit = as.vector(run$fit$fitted), lm = unname(stats::predict(run$lm, rows$data))
  )
  lapply(fitted, function(fitted) {
    squares <- split((rows$y - fitted)^2, rows$part, drop = TRUE)
    vapply(squares, function(square) sqrt(mean(square)), 1)
  })
}

run_words <- function(run) {
  if (is.null(run$fit)) return(paste("No fit:", gsub("\\s+", " ", run$refusal$message)))
  if (run$fit$stopped == "diverged") return(diverged_words(run))
  errors <- run_errors(run)
  rows <- table(run$rows$part)
  held <- rows[["validation"]] > 0
  part <- function(model, name) said(errors[[model]][[name]])
  paste0(
    warned_words(run), "After ", counted(epochs_of(run), "epoch"),
    if (run$fit$stopped == "converged") " (converged)", " the ", model_word(run), " is off by ", part("fit", "training"), " in ", run$rows$names[["y"]],
    " (root mean squared error) on ", counted(rows[["training"]], "row"), " of training",
    if (held) paste0(", and by ", part("fit", "validation"), " on ", rows[["validation"]],
      " held out"),
    "; lm() by ", part("lm", "training"), if (held) paste(" and", part("lm", "validation")),
    ". ", verdict_words(errors, held)
  )
}

# The first sentence of what was warned of; the rest stands further down.
warned_words <- function(run) {
  paste0(vapply(run$warnings, function(text) paste0(sub("\n.*$", "", text), " "), ""),
    collapse = "")
}

model_word <- function(run) if (is_linear(run$fit)) "line" else "network"

epochs_of <- function(run) length(run$fit$history$train_loss)

# Against the straight line, where new rows say it, else in training.
verdict_words <- function(errors, held) {
  part <- if (held) "validation" else "training"
  ratio <- errors$fit[[part]] / errors$lm[[part]]
  where <- if (held) "On rows that it has not seen" else "In training"
  if (!is.finite(ratio)) return("")
  paste0(where, " it is ", if (abs(log(ratio)) < 0.01) {
    "as far off as lm()."
  } else if (ratio < 1) {
    "closer than lm()."
  } else {
    "farther off than lm()."
  })
}

diverged_words <- function(run) {
  paste0(
    "Training diverged: the loss was no number any more at epoch ", epochs_of(run), " of ",
    run$settings$epochs, ". The weights are of no use, and there is no curve. lm() is off by ",
    said(sqrt(mean(stats::residuals(run$lm)^2))), " in ", run$rows$names[["y"]], "."
  )
}

# What nn_diagnose() has found, a text for each; nothing where there is no fit.
diagnosis_words <- function(run) {
  if (is.null(run$fit)) return(character())
  found <- tryCatch(
    suppressWarnings(nn_diagnose(run$fit, run$data$data))$checks, nnfit_error = identity
  )
  if (inherits(found, "error")) return(message_text(found))
  found <- found[found$verdict %in% c("useless", "look"), ]
  if (!nrow(found)) return("nn_diagnose() finds nothing that should be looked at.")
  layer <- ifelse(is.na(found$layer), "", paste0("Layer ", found$layer, ": "))
  unique(paste0(layer, found$says))
}

# A line, as its coefficients.
line_words <- function(run) {
  if (is.null(run$fit) || !is_linear(run$fit) || !has_curve(run)) return(NULL)
  coefficients <- stats::coef(run$fit)
  if (length(coefficients) != 2) return(NULL)
  slope <- coefficients[[2]]
  paste0(
    "The line: ", run$rows$names[["y"]], " = ", said(coefficients[[1]], 4),
    if (slope < 0) " - " else " + ", said(abs(slope), 4), " ", names(coefficients)[2]
  )
}

curve_alt <- function(run) {
  if (is.null(run$fit)) return("No picture: there is no fit.")
  rows <- run$rows
  at <- seq(min(rows$x), max(rows$x), length.out = 5)
  new <- stats::setNames(data.frame(at), rows$names[["x"]])
  values <- function(model) {
    paste(vapply(as.vector(stats::predict(model, new)), said, ""), collapse = ", ")
  }
  held <- sum(rows$part == "validation")
  paste0(
    "Scatter plot of ", counted(length(rows$x), "row"), ", ", rows$names[["y"]], " from ",
    said(min(rows$y)), " to ", said(max(rows$y)), " over ", rows$names[["x"]], " from ",
    said(min(rows$x)), " to ", said(max(rows$x)), if (held) paste0(", ", held, " of them held out"),
    ". At ", rows$names[["x"]], " = ", paste(vapply(at, said, ""), collapse = ", "), " ",
    if (run$fit$stopped == "diverged") "there is no curve" else
      paste("the", if (is_linear(run$fit)) "line" else "curve", "is at", values(run$fit)),
    " and lm() at ", values(run$lm), "."
  )
}

loss_alt <- function(run) {
  if (is.null(run$fit)) return("No picture: there is no fit.")
  table <- loss_table(run$fit)
  at <- unique(round(seq(1, nrow(table), length.out = min(5, nrow(table)))))
  course <- function(losses) {
    number <- is.finite(losses[at])
    text <- vapply(losses[at], function(loss) if (is.finite(loss)) said(loss) else "no number", "")
    paste0(text, " (epoch ", table$epoch[at], ")", collapse = ", ")
  }
  valid <- table[["valid_loss"]]
  paste0(
    "Line plot of the loss by epoch. In training: ", course(table$train_loss), ".",
    if (!is.null(valid)) {
      least <- which.min(valid)
      paste0(
        " On rows held out: ", course(valid), ".",
        if (length(least)) paste0(" The least is ", said(valid[least]), " at epoch ", least, ".")
      )
    }
  )
}

units_alt <- function(run) {
  parts <- if (!is.null(run$fit) && run$fit$stopped != "diverged") run_parts(run)
  if (is.null(parts)) return("No units to show.")
  each <- vapply(seq_along(parts$flat), function(unit) {
    part <- parts$parts[, unit]
    if (parts$flat[unit]) return(paste0("unit ", unit, " is flat at ", said(part[1])))
    paste0("unit ", unit, " goes from ", said(part[1]), " to ", said(part[length(part)]))
  }, "")
  shown <- utils::head(each, 16)
  more <- length(each) - length(shown)
  paste0(
    "What each unit adds, from the left to the right: ", paste(shown, collapse = "; "),
    if (more) paste0("; and ", more, " more"), ". The constant is ", said(parts$constant), "."
  )
}

network_alt <- function(run) {
  if (is.null(run$fit)) return("No picture: there is no fit.")
  sizes <- c("1 input", counted_each(run$fit$options$hidden_units, "unit"), "1 output")
  parameters <- sum(lengths(run$fit$parameters))
  paste0("Drawing of the network: ", paste(sizes, collapse = ", then "), "; ",
    counted(parameters, "parameter"), ".")
}

counted_each <- function(numbers, word) {
  vapply(numbers, function(number) counted(number, word), "")
}
