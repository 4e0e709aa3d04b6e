# Predictions without Python: what a network gives, computed in R from the plain data that a
# fit holds. The files of this room are the counterparts of the core's model/predictions.py
# and inference/; tests hold them to it.

# By the names of the core's functions, and with their arguments.
scorers <- list(
  predict = function(...) score_prediction(...),
  predict_interval = function(...) score_interval(...),
  predict_jackknife = function(...) score_jackknife(...),
  predict_conformal = function(...) score_conformal(...),
  predict_sets = function(...) score_sets(...),
  predict_survival = function(...) score_survival(...)
)

# Calls one of them, here or in Python. `state`: as fit_state() gives it; `rows`: the
# predictors `x` of complete rows, their `offset`, and the `engine` that was asked for;
# `model`: the user's own.
compute_rows <- function(name, state, rows, ..., model = NULL, call) {
  if (engine_of(rows$engine, state, nrow(rows$x)) == "r") {
    check_finite(rows$x, "newdata", call)
    return(scorers[[name]](state, rows$x, ..., offset = rows$offset, call = call))
  }
  beside <- list(offset = rows$offset, model = model)
  # The core looks for infinite values too, in a third of the time; R says where they are.
  rlang::try_fetch(
    call_core(name, c(list(state, rows$x, ...), Filter(Negate(is.null), beside)), call),
    nnfit_error_argument = function(error) {
      check_finite(rows$x, "newdata", call)
      rlang::zap()
    }
  )
}

# Multiplications up to which R answers by itself, measured by bench/score.R: where torch's
# core is loaded, those that take R less time than a crossing takes; where it is not, those
# that take less than to start Python.
most_work <- c(loaded = 3e5, asleep = 1e9)
a_row <- 30 # what a row costs beside, in multiplications

# What "auto" means for so many rows.
engine_of <- function(engine, state, rows) {
  if (!is.null(engine) && engine != "auto") return(engine)
  if (isTRUE(state$options$own_model)) return("torch")
  networks <- max(1, length(state$replicates$train_loss))
  work <- as.double(rows) * networks * (a_row + sum(lengths(state$parameters)))
  if (is_core_loaded()) return(if (work <= most_work[["loaded"]]) "r" else "torch")
  if (work <= most_work[["asleep"]] || !finds_torch()) "r" else "torch"
}

# Where there is no torch, a session asks once.
finds_torch <- function() {
  if (is.null(cache$finds_torch)) cache$finds_torch <- has_torch()
  cache$finds_torch
}

# `fit`: whose network it is; `newdata` may be missing, and then nothing is computed.
check_engine <- function(engine, fit, newdata, call) {
  engine <- choose(engine, c("auto", "torch", "r"), "engine", call)
  if (engine != "r") return(engine)
  if (isTRUE(fit$options$own_model)) {
    abort_nnfit("module", c(
      "{.code engine = \"r\"} computes networks of {.arg hidden_units}, and this fit's is a torch \\
        module of your own, which needs torch.",
      "i" = "Leave {.arg engine} out, where Python and torch are installed."
    ), call)
  }
  if (!missing(newdata) && is_path(newdata)) {
    abort_nnfit("argument", c(
      "{.code engine = \"r\"} needs {.arg newdata} in memory: files are read by Python.",
      "i" = "Leave {.arg engine} out, or give a data frame."
    ), call)
  }
  engine
}

# A fit of a later version may mean something else by what it holds.
check_schema <- function(state, call) {
  written <- state$schema %||% known_schema
  if (written > known_schema) {
    abort_nnfit("argument", "`fit` was made by a later version of nnfit: its schema is {written},
      and this version knows {known_schema}. Update nnfit, or fit again.", call)
  }
}

known_schema <- 4L # SCHEMA in the core's model/fit.py
