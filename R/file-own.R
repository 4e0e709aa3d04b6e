# What R knows of a fit beside the fields that Python has, on its way to a file and back.

# Without what is an object of this session.
own_names <- c(
  "call", "formula", "blueprint", "columns", "outcome", "weights", "offset", "row_names", "kept",
  "na_action", "seed", "module_key", "own_loss", "given_family"
)

own_parts <- function(fit) {
  parts <- stats::setNames(lapply(own_names, function(name) fit[[name]]), own_names)
  if (!is.symbol(parts$call[[1]])) parts$call[[1]] <- quote(nn_fit)
  parts$call <- without_fits(parts$call)
  if (!is.null(parts$module_key)) parts$module_key <- "file"
  parts["own_loss"] <- list(NULL)
  family <- parts$given_family
  parts["given_family"] <- list(if (!is.null(family)) family[c("family", "link")])
  if (inherits(parts$blueprint, "xy_blueprint")) parts$blueprint <- xy_parts(parts$blueprint)
  parts
}

# A call has values where do.call() or `...` have put them: a fit to start from, which a file does
# not hold. What stands for it is found nowhere.
without_fits <- function(call) {
  for (place in which(vapply(as.list(call), inherits, NA, "nn_fit"))) {
    call[[place]] <- as.symbol("a fit that is not in the file")
  }
  call
}

# Of columns as they are their types say all.
xy_parts <- function(blueprint) list(xy = vapply(blueprint$ptypes$predictors, typeof, ""))

r_parts <- function(text, arrays, trust) {
  context <- new.env()
  context$arrays <- arrays
  context$environments <- list()
  own <- decode_value(read_json(text), context)
  if (!is.list(own) || !identical(names(own), own_names)) {
    unreadable("lacks parts of a fit that R needs.")
  }
  own["call"] <- list(harmless_call(own$call, trust))
  check_code(own[setdiff(own_names, "call")], trust)
  for (made in context$environments) {
    check_code(as.list(made, all.names = TRUE), trust)
    add_exported(made, called_names(own$formula))
  }
  own["given_family"] <- list(family_again(own$given_family))
  own["blueprint"] <- list(blueprint_again(own$blueprint))
  own
}

# Of stats, by its name and link.
family_again <- function(parts) {
  if (is.null(parts)) return(NULL)
  if (!is.list(parts) || !all(vapply(parts[c("family", "link")], rlang::is_string, NA))) {
    unreadable("has a family that is none.")
  }
  known <- c(
    "gaussian", "binomial", "poisson", "Gamma", "inverse.gaussian", "quasibinomial", "quasipoisson"
  )
  if (!parts$family %in% known) return(NULL)
  tryCatch(
    getExportedValue("stats", parts$family)(stats::make.link(parts$link)), error = function(e) NULL
  )
}

blueprint_again <- function(blueprint) {
  if (is.null(blueprint)) return(NULL)
  if (is.list(blueprint) && identical(names(blueprint), "xy")) return(xy_again(blueprint$xy))
  if (!inherits(blueprint, "nn_formula_blueprint")) unreadable("has a blueprint that is none.")
  check_blueprint(blueprint)
  blueprint
}

xy_again <- function(types) {
  fine <- is.character(types) && !is.null(names(types)) &&
    all(types %in% c("double", "integer")) && !anyDuplicated(names(types))
  if (!fine) unreadable("has columns that are none.")
  empty <- tibble::as_tibble(lapply(types, function(type) vector(type, 0)))
  blueprint <- hardhat::default_xy_blueprint(composition = "matrix")
  hardhat::mold(empty, numeric(), blueprint = blueprint)$blueprint
}

# What stats takes for granted of terms, and what is looked up by name.
check_blueprint <- function(blueprint) {
  for (terms in blueprint[c("terms", "predictors")]) check_terms_of_file(terms)
  check_contrasts(blueprint$contrasts)
  texts <- blueprint[c("columns", "outcomes", "outside", "embedded")]
  named <- c(names(blueprint$levels), names(blueprint$contrasts), blueprint$embedded)
  fine <- holds(
    all(vapply(texts, function(one) is.null(one) || is.character(one), NA)),
    all(vapply(blueprint$levels, is.character, NA)),
    all(vapply(blueprint[c("kinds", "frame_kinds")], is.character, NA)),
    all(named %in% term_variables(blueprint$predictors))
  )
  if (!fine) unreadable("has a blueprint that is none.")
  given <- blueprint$offset
  if (!is.null(given) && !(is.list(given) && is.environment(given$env))) {
    unreadable("has an offset that is none.")
  }
}

check_terms_of_file <- function(terms) {
  variables <- attr(terms, "variables")
  predvars <- attr(terms, "predvars")
  labels <- attr(terms, "term.labels")
  number <- length(variables) - 1
  is_list_call <- function(code) rlang::is_call(code, "list") && length(code) == length(variables)
  fine <- holds(
    inherits(terms, "terms"), is.environment(environment(terms)), is_list_call(variables),
    is.null(predvars) || is_list_call(predvars), is.character(labels),
    is_count_to(attr(terms, "intercept"), 1), is_count_to(attr(terms, "response"), number),
    all(attr(terms, "offset") %in% seq_len(number)), is.numeric(attr(terms, "order")),
    length(attr(terms, "order")) == length(labels),
    are_factors(attr(terms, "factors"), number, labels)
  )
  if (!fine) unreadable("has terms that are none.")
}

is_count_to <- function(x, most) is.numeric(x) && length(x) == 1 && x %in% 0:most

are_factors <- function(factors, variables, labels) {
  if (!length(factors)) return(!length(labels))
  holds(
    is.integer(factors), is.matrix(factors), all(factors %in% 0:2),
    identical(dim(factors), as.integer(c(variables, length(labels)))),
    identical(colnames(factors), labels), is.character(rownames(factors))
  )
}

check_own_sizes <- function(own, fields) {
  number <- own$columns[["number"]]
  own_model <- isTRUE(fields$options$own_model)
  if (!holds(is_one(number, is.numeric), own_model || number == fields$options$n_features)) {
    unreadable("has other columns than its fit.")
  }
  if (!holds(own$outcome[["kind"]] %in% c("numeric", "class", "survival"))) {
    unreadable("has an outcome that is none.")
  }
}
