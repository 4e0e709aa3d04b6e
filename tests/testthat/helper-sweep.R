# The sweep: every value of helper-sweep-values.R in the place of every argument of
# helper-sweep-calls.R. It must be refused by an error of ours that names the
# argument and comes from the user's call, or be right there.

# A list with an element for each case: method, call, arg, and the name of a value.
sweep_cases <- function(values = names(sweep_values())) {
  calls <- sweep_calls()
  rows <- Map(function(method, call) {
    lapply(sweep_arguments(method), function(arg) list(method = method, call = call, arg = arg))
  }, names(calls), calls)
  rows <- do.call(c, unname(rows))
  crossed <- expand.grid(value = values, row = seq_along(rows), stringsAsFactors = FALSE)
  Map(function(value, row) c(rows[[row]], value = value), crossed$value, crossed$row)
}

# All but the one that a method is chosen by; with the options, where `...` takes them.
sweep_arguments <- function(method) {
  names <- names(formals(sweep_function(method)))
  if (is_sweep_method(method)) names <- names[-1]
  unique(c(setdiff(names, "..."), if (takes_options(method)) option_names))
}

sweep_function <- function(name) {
  get0(name, asNamespace("nnfit")) %||% get0(name, baseenv())
}

is_sweep_method <- function(name) name %in% registered_methods()

registered_methods <- function() {
  methods <- getNamespaceInfo("nnfit", "S3methods")
  paste(methods[, 1], methods[, 2], sep = ".")
}

takes_options <- function(method) {
  method %in% c("nn_fit.formula", "nn_fit.matrix", "nn_cv.formula", "lm_compare.formula")
}

# The call with the value in its place. The value goes by a name, as a user's does:
# in the call itself a symbol or a call would be evaluated.
run_case <- function(case, value, fixtures) {
  call <- case$call
  call[[case$arg]] <- if (identical(value, left_empty)) rlang::missing_arg() else quote(value)
  there <- rlang::env(fixtures, value = value)
  utils::capture.output(result <- eval(call, there))
  result
}

# What became of it: "refused", "taken", or what is wrong.
judge_case <- function(case, value, fixtures) {
  raw <- character()
  said <- tryCatch(withCallingHandlers(
    {
      run_case(case, value, fixtures)
      "taken"
    },
    warning = function(warning) {
      if (!is_ours(warning)) raw <<- c(raw, conditionMessage(warning))
      invokeRestart("muffleWarning")
    },
    message = function(message) invokeRestart("muffleMessage")
  ), error = function(error) judge_error(error, case))
  if (length(raw)) return(paste0("warns in words that are not ours: ", raw[1]))
  if (is_base_r(said, case)) "refused" else said
}

# Or the device's, which has not every letter; or of two methods for one operator, of
# which R takes neither.
is_ours <- function(warning) {
  said <- conditionMessage(warning)
  inherits(warning, "nnfit_warning") || grepl("mbcsToSbcs|^Incompatible methods", said)
}

# An operand that is missing, or that is code, base R refuses before it looks for a method.
is_base_r <- function(said, case) {
  # What the user's own function says is the user's.
  if (case$arg == "f" && case$value %in% c("layer", "class")) return(TRUE)
  by_base <- case$method %in% c(in_base_words, "Summary.torch.Tensor", "all.equal.torch.Tensor",
    "anyNA.torch.Tensor", "as.vector.torch.Tensor",
    "iterate")
  by_base <- by_base && case$value %in% c("left_empty", "symbol", "call")
  # The last two are what newer versions of R call a missing argument.
  (by_base || grepl("non-numeric argument to binary", said)) &&
    grepl("simpleError|getvarError|evalError", said)
}

judge_error <- function(error, case) {
  message <- gsub("\\s+", " ", cli::ansi_strip(conditionMessage(error)))
  from <- conditionCall(error)
  user <- rlang::call_name(case$call)
  problem <- if (!inherits(error, "nnfit_error")) {
    paste("an error of class", class(error)[1])
  } else if (!names_argument(message, case)) {
    "does not name the argument"
  } else if (!isTRUE((if (is.call(from)) rlang::call_name(from)) %in% c(user, also_from(case)))) {
    paste("does not come from", user)
  }
  if (is.null(problem)) "refused" else paste0(problem, ": ", substr(message, 1, 200))
}

# These call nn_fit() for their user, as lm()'s do.
also_from <- function(case) {
  c(add1.nn_fit = "nn_fit", `[[<-.torch.Tensor` = "[<-")[case$method]
}

# Operators speak in base R's words, which name none.
names_argument <- function(message, case) {
  args <- c(case$arg, also_named[[case$arg]], also_named[[case$method]])
  says <- vapply(paste0("`", args, "`"), grepl, NA, message, fixed = TRUE)
  any(says) || case$method %in% in_base_words
}

# What should become of it.
is_right <- function(case) {
  right <- right_values[[paste0(case$method, "$", case$arg)]] %||% right_values[[case$arg]]
  any(c(case$value, "anything") %in% right)
}

# A line for each case that went wrong.
sweep_faults <- function(cases, values, fixtures) {
  said <- vapply(cases, function(case) judge_case(case, values[[case$value]], fixtures), "")
  taken <- said == "taken"
  fine <- said == "refused" | taken & vapply(cases, is_right, NA)
  said[taken & !fine] <- "taken, though it is wrong there"
  label <- function(case) paste0(case$method, ": ", case$arg, " = ", case$value)
  paste(vapply(cases[!fine], label, ""), said[!fine], sep = ": ")
}

# Nothing is swept without it: install_nnfit() would install.
local_no_pip <- function(frame = parent.frame()) {
  real <- get("make_environment", asNamespace("nnfit"))
  utils::assignInNamespace("make_environment", function(...) "/not/made", "nnfit")
  withr::defer(utils::assignInNamespace("make_environment", real, "nnfit"), frame)
  invisible(NULL)
}
