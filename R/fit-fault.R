# What was wrong with the hidden units of a network, or with the classes of a linear
# model: Python (training/fault.py) says it in `fault`, which a fit has only where
# something was.

warn_fault <- function(fit, call) {
  fault <- fit$fault
  if (is.null(fault) || fault$cured) return(invisible())
  if (fault$kind %in% names(separated_words)) {
    kind <- if (is_unvaried(fit)) "unvaried" else fault$kind
    warn_nnfit("separated", separated_words[[kind]], call)
    return(invisible())
  }
  if (fault$kind == "boundary") return(warn_boundary(call))
  warn_nnfit("learned_nothing", c(
    fault_words[[fault$kind]],
    "x" = if (fault$redrawn) {
      "{fault$redrawn} more start{?s} from other initial values ended so, too."
    },
    "i" = switch(fault$kind,
      units = "Give {.code scale = TRUE}, or the data in other units.",
      worse = diverged_advice(fit$options),
      fault_advice(fit$options)
    )
  ), call)
}

fault_words <- list(
  dead = c(
    "The network learned nothing: its prediction is the same for every row.",
    "x" = "In its hidden layer {fault$layer}, {fault$dead} of {fault$units} unit{?s} {?is/are} dead:
      they give one number for all training rows, and no gradient leads through them."
  ),
  flat = c(
    "The network learned nothing: its prediction is the same for every row.",
    "x" = "The training rows differ, in the predictors and in the outcome."
  ),
  units = c(
    "The fit explains next to nothing of what a straight line explains.",
    "x" = "The data are far from 1, and without {.arg scale} the steps from the usual initial
      values lead nowhere."
  ),
  worse = c(
    "The fit is of no use: one number for all rows has less loss.",
    "x" = "Its loss in training was {signif(fit$history$train_loss[1], 3)} at first, and ended at
      {signif(ended_at(fit), 3)}: its steps lead away."
  ),
  straight = c(
    "The network is no more than a linear model, though the outcome bends.",
    "x" = "In its hidden layer {fault$layer}, {fault$dead} of {fault$units} unit{?s} {?is/are} dead,
      and no unit bends within the training rows."
  )
)

# glm() warns of these, too; it stops after 25 steps.
separated_words <- list(
  separated = c(
    "The predictors tell the classes apart without an error.",
    "x" = "No coefficients are the most likely ones: larger ones always are more likely, and these
      are where training ended.",
    "i" = "Give a {.arg penalty}, or leave out what gives the classes away."
  ),
  infinite = c(
    "Some coefficients have no most likely value: larger ones always are more likely.",
    "x" = "At each event, some combination of the predictors is at its largest in the row that has
      it. The coefficients are where training ended.",
    "i" = "Give a {.arg penalty}, or leave out what gives the events away."
  ),
  vanished = c(
    "Some means go to 0, and the fit found no maximum of the likelihood.",
    "x" = "The outcome is 0 in all rows that some predictors set apart: smaller means always are
      more likely there, and some coefficients are where training ended.",
    "i" = "Give a {.arg penalty}, or leave out those rows or predictors."
  ),
  unvaried = c(
    "The outcome is the same in all rows.",
    "x" = "No coefficients are the most likely ones: a larger intercept, or a smaller one, always
      is more likely, and these are where training ended.",
    "i" = "Give rows with other outcomes."
  ),
  nearly_separated = c(
    "Some probabilities are next to 0 or 1, and the fit found no maximum of the likelihood.",
    "x" = "Some coefficients may grow without end: these are where training ended.",
    "i" = "Give a {.arg penalty}, or leave out what gives the classes away."
  )
)

warn_boundary <- function(call) {
  warn_nnfit("boundary", c(
    "The fit ended where some means are at the end of what they can be.",
    "x" = "Beyond, the likelihood is larger, but rows have no mean under the link: {.fn glm} stops
      at such a place too, or has means that can be none.",
    "i" = "Give another link, such as {.val log}."
  ), call)
}

# All ones or zeros, which no predictor has set apart.
is_unvaried <- function(fit) {
  outcome <- fit$outcome
  if (!isTRUE(fit$fault$kind %in% c("separated", "nearly_separated", "vanished"))) return(FALSE)
  if (is.null(outcome$values)) return(FALSE) # of files
  used <- as.matrix(outcome$values)[used_rows(fit), , drop = FALSE]
  all(used == rep(used[1, ], each = nrow(used)))
}

fault_advice <- function(options) {
  if (isTRUE(options$own_model)) {
    return("Give your module other initial values, or another activation.")
  }
  "Try more {.arg hidden_units}, a smaller {.arg learn_rate}, or an {.arg activation} that does
    not die, such as {.val tanh}."
}

# Of several fits, of which it is not said one by one.
why_nothing <- function(options) {
  if (is_straight(options)) return("One number for all rows has less loss.")
  "Their hidden units are dead, or one number for all rows has less loss."
}

is_straight <- function(options) !length(options$hidden_units) && !isTRUE(options$own_model)

# What print() says of those that have no numbers beside them.
classes_apart <- "Classes told apart without an error: the coefficients are where training ended\n"
fault_lines <- list(
  separated = classes_apart,
  nearly_separated = "Some probabilities next to 0 or 1: coefficients are where training ended\n",
  unvaried = "The same outcome in all rows: the coefficients are where training ended\n",
  infinite = "Events told apart without an error: the coefficients are where training ended\n",
  vanished = "Some means go to 0: coefficients are where training ended\n",
  boundary = "Ended where some means can go no further\n",
  units = "Learned nothing: the data are far from 1, without scale\n",
  worse = "Learned nothing: one number for all rows has less loss\n"
)

# The training loss of the epoch that the fit is of.
ended_at <- function(fit) {
  losses <- fit$history$train_loss
  losses[fit$best_epoch %||% length(losses)]
}

describe_fault <- function(fit) {
  fault <- fit$fault
  if (is.null(fault)) return(character())
  told <- fault_lines[[if (is_unvaried(fit)) "unvaried" else fault$kind]]
  if (!is.null(told)) return(told)
  what <- if (fault$kind == "flat") {
    "the same prediction for every row\n"
  } else {
    paste0(
      if (fault$kind == "straight") "no unit bent, ",
      fault$dead, " of ", fault$units, " units dead in hidden layer ", fault$layer, "\n"
    )
  }
  if (!fault$cured) return(paste0("Learned nothing: ", what))
  times <- if (fault$redrawn == 1) "once" else paste(fault$redrawn, "times")
  paste0("Started again ", times, " from other initial values: at first ", what)
}
