# Code in a file: it may call the functions in these lists, and others where the user says
# that the file is to be trusted.

# None of these does anything but compute a value of its arguments.
formula_functions <- c(
  "~", "+", "-", "*", "/", "^", ":", "%in%", "%%", "%/%", "(", "|", "||", "&", "&&", "!",
  "==", "!=", "<", "<=", ">", ">=", "I", "log", "log2", "log10", "log1p", "exp", "expm1",
  "sqrt", "abs", "sign", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
  "floor", "ceiling", "round", "signif", "trunc", "pmin", "pmax", "ifelse", "is.na", "min",
  "max", "mean", "median", "sd", "sum", "range", "length", "nchar", "rev", "rank", "poly", "ns",
  "bs", "factor", "ordered", "as.factor", "as.ordered", "as.numeric", "as.double", "as.integer",
  "as.logical", "as.character", "offset", "scale", "strata", "Surv", "cbind", "cut", "C",
  "relevel", "droplevels", "interaction", "c", "list", "seq", "seq_len", "rep", "$", "[", "[[",
  "findInterval", "quantile", "as.Date", "weekdays", "months", "toupper", "tolower", "trimws",
  "substr"
)

# What the call of a fit may use besides: tables, and parts of them.
call_functions <- c(
  formula_functions, "nn_fit", "nn_options", "data.frame", "subset", "transform", "head", "tail",
  "na.omit", "with", "within", "as.data.frame", "matrix", "as.matrix", "log", "nrow", "ncol",
  "names", "binomial", "poisson", "gaussian", "Gamma", "inverse.gaussian", "quasi",
  "quasibinomial", "quasipoisson", "expand.grid", "setNames", "replace", "unname", "merge",
  "rbind", "is.finite", "complete.cases"
)

code_packages <- c("base", "stats", "splines", "survival", "nnfit", "datasets", "utils")
known_contrasts <- paste0("contr.", c("treatment", "sum", "helmert", "poly", "SAS"))

# The functions that code calls beyond a list, as text.
other_functions <- function(code, allowed) {
  if (is.list(code)) return(unlist(lapply(unname(code), other_functions, allowed)))
  if (!is.call(code)) return(NULL)
  head <- code[[1]]
  arguments <- as.list(code)[-1]
  if (is_part_of_package(code)) {
    return(if (!as.character(code[[2]]) %in% code_packages) deparse1(code))
  }
  name <- called_name(head)
  wrong <- if (!name %in% allowed) paste0(name, "()")
  # A function as an argument is called too.
  if (name == "C") wrong <- c(wrong, other_contrasts(arguments[-1]))
  c(wrong, unlist(lapply(unname(arguments), other_functions, allowed)))
}

is_part_of_package <- function(code) {
  rlang::is_call(code, "::", n = 2) && is.symbol(code[[2]]) && is.symbol(code[[3]])
}

# Of `stats::poly(x)` "poly"; what is no name is in no list.
called_name <- function(head) {
  if (is.symbol(head)) return(as.character(head))
  if (is_part_of_package(head) && as.character(head[[2]]) %in% code_packages) {
    return(as.character(head[[3]]))
  }
  substr(paste(deparse(head, nlines = 1), collapse = ""), 1, 60)
}

other_contrasts <- function(arguments) {
  given <- Filter(function(one) is.symbol(one) || is.character(one), arguments)
  names <- vapply(given, as.character, "")
  wrong <- setdiff(names, c(known_contrasts, sub("contr.", "", known_contrasts, fixed = TRUE)))
  if (length(wrong)) paste0(wrong, "()")
}

# By name contrasts are functions, which stats calls.
check_contrasts <- function(contrasts) {
  for (one in if (is.list(contrasts)) contrasts else list(contrasts)) {
    fine <- is.null(one) || is.numeric(one) && is.matrix(one) ||
      is.character(one) && all(one %in% known_contrasts)
    if (!fine) unreadable("has contrasts that are none.")
  }
}

# All code in a value: also that in attributes, of which the terms of a formula have some.
check_code <- function(value, trust) {
  if (trust) return(invisible())
  if (is.call(value)) {
    wrong <- unique(other_functions(value, formula_functions))
    if (length(wrong)) refuse_code(wrong)
  }
  if (is.list(value)) lapply(value, check_code, trust)
  kept <- attributes(value)
  lapply(kept[setdiff(names(kept), "names")], check_code, trust)
  invisible()
}

refuse_code <- function(functions) {
  unreadable("has a formula that calls `", paste(substr(functions, 1, 60), collapse = "`, `"),
    "`, which a file from elsewhere could use to run anything. With `trust = TRUE` it is read."
  )
}

# The call of a fit is run by update() alone. An argument that calls other functions gives
# an error then, and no more than that.
harmless_call <- function(call, trust) {
  if (trust || is.null(call)) return(call)
  if (!rlang::is_call(call)) unreadable("has a call that is none.")
  wrong <- lapply(as.list(call)[-1], other_functions, call_functions)
  bad <- lengths(wrong) > 0
  call[[1]] <- if (is.symbol(call[[1]])) call[[1]] else quote(nn_fit)
  if (!called_name(call[[1]]) %in% c("nn_fit", "nnfit.core.fit")) call[[1]] <- quote(nn_fit)
  for (place in which(bad)) {
    text <- paste0("`", substr(wrong[[place]][1], 1, 60),
      "` in a fit from a file is run only after nn_load(trust = TRUE)"
    )
    call[[place + 1]] <- base::call("stop", text)
  }
  structure(call, left_out = unique(unlist(wrong)))
}
