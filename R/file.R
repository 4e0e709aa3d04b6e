#' One file for R and Python
#'
#' `nn_save()` writes a fit to a file that [nn_load()] reads, in this session or another, and
#' `nnfit.load()` in Python; `nnfit.save()` writes such files there. The numbers are safetensors,
#' which other programs read too; the rest is text in the file's header.
#'
#' A fit from a file prints, summarises, predicts and updates as one from [readRDS()] does. Of
#' a fit that Python made R has no rows of the training data: what needs them, such as
#' [residuals()], says so.
#'
#' In Python a fit that was made by a formula takes a data frame, of pandas say, with the
#' variables of the formula: factors with their levels and contrasts, interactions,
#' [poly()], `ns()` and `bs()` with their knots, [scale()], [log()] and other functions of
#' numbers, comparisons and [offset()] are rebuilt from numbers in the file. A term that Python
#' does not know is named in an error when such a frame is given.
#'
#' @section Files of others:
#' Nothing in a file is run when it is read, and no R object is unserialised. Formulas are
#' read as trees, and may call functions that compute a value of their arguments, such as `log()`
#' or `poly()`, and no others. The call of the fit, which [update()][update.nn_fit] runs, may
#' besides take parts of tables; an argument that does more is replaced by an error, and a message
#' says so. `trust = TRUE` reads all code as it was: for files of your own.
#' A file that is cut short, or is none, is refused with what is wrong with it.
#'
#' @param fit A fit. A module of your own (`model`) is not kept, as it is code: the parameters are,
#'   and [predict()] wants the module again. Neither is a loss that is a function of your own.
#'   Refused are fits by a recipe, and by formulas that call functions of your own: [saveRDS()]
#'   keeps these.
#' @param path The name of a file, such as `"model.safetensors"`. One that is there is replaced as a
#'   whole: if something goes wrong, it is as it was.
#' @param trust Whether code in the file may call any function.
#' @return `nn_save()`: `path`, invisibly. `nn_load()`: the fit.
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(mpg ~ poly(wt, 2) * factor(am), mtcars, hidden_units = 4, epochs = 50, seed = 1)
#' path <- tempfile(fileext = ".safetensors")
#' nn_save(fit, path)
#' again <- nn_load(path)
#' all.equal(predict(again, mtcars), predict(fit, mtcars))
#' # In Python:
#' #   import nnfit, pandas
#' #   fit = nnfit.load("model.safetensors")
#' #   nnfit.core.predict(fit, pandas.read_csv("mtcars.csv"))
#' @export
nn_save <- function(fit, path) {
  call <- rlang::current_env()
  if (missing(fit)) refuse_missing("fit", call)
  if (missing(path)) refuse_missing("path", call)
  if (!inherits(fit, "nn_fit")) {
    abort_nnfit("argument", "{.arg fit} must be a fit of {.fn nn_fit}, not {describe(fit)}.", call)
  }
  check_rule(path, path_rule, "path", call)
  refuse_recipe(fit, call)
  target <- path.expand(path)
  rlang::try_fetch(write_fit(fit, target), error = function(error) {
    abort_nnfit("file", c(
      "{.arg fit} can not be written to {.file {path}}.",
      "x" = "{conditionMessage(error)}.",
      "i" = "{.fn saveRDS} keeps all that is in a fit, for R alone."
    ), call, parent = NA)
  })
  invisible(path)
}

path_rule <- rule("the name of a file, such as \"model.safetensors\"", function(x) {
  rlang::is_string(x) && !is.na(x) && nzchar(x) && !dir.exists(path.expand(x))
})

refuse_recipe <- function(fit, call) {
  if (inherits(fit$blueprint, "recipe_blueprint")) {
    abort_nnfit("argument", c(
      "{.arg fit} was made by a recipe, whose steps are R code that a file for both languages does
        not hold.",
      "i" = "{.fn saveRDS} keeps it; or fit to the columns that the recipe bakes."
    ), call)
  }
}

file_version <- "1" # of the file; the fit in it says its own schema

write_fit <- function(fit, path) {
  out <- new.env()
  out$arrays <- list()
  out$environments <- list()
  texts <- list(
    format = "nnfit", version = file_version,
    written_by = paste0("R ", getRversion(), ", nnfit ", utils::packageVersion("nnfit")),
    fit = encode_tree(plain_fields(fit), "fit", out),
    formula = encode_tree(formula_meaning(fit), "formula", out),
    r = encode_value(own_parts(fit), "r", out)
  )
  write_safetensors(path, out$arrays, texts)
}

# What R knows beside the fields that Python has, without what is an object of this session.
own_names <- c(
  "call", "formula", "blueprint", "columns", "outcome", "weights", "offset", "row_names", "kept",
  "na_action", "seed", "module_key", "own_loss", "given_family"
)

own_parts <- function(fit) {
  parts <- stats::setNames(lapply(own_names, function(name) fit[[name]]), own_names)
  if (!is.symbol(parts$call[[1]])) parts$call[[1]] <- quote(nn_fit)
  if (!is.null(parts$module_key)) parts$module_key <- "file"
  parts["own_loss"] <- list(NULL)
  family <- parts$given_family
  parts["given_family"] <- list(if (!is.null(family)) family[c("family", "link")])
  if (inherits(parts$blueprint, "xy_blueprint")) parts$blueprint <- xy_parts(parts$blueprint)
  parts
}

# Of columns as they are their types say all.
xy_parts <- function(blueprint) list(xy = vapply(blueprint$ptypes$predictors, typeof, ""))

#' @rdname nn_save
#' @export
nn_load <- function(path, trust = FALSE) {
  call <- rlang::current_env()
  if (missing(path)) refuse_missing("path", call)
  check_rule(path, path_rule, "path", call)
  check_rule(trust, flag_rule, "trust", call)
  target <- path.expand(path)
  if (!file.exists(target)) {
    abort_nnfit("file", "{.arg path} is no file that is there: {.file {path}}.", call)
  }
  fit <- rlang::try_fetch(read_fit_file(target, trust), error = function(error) {
    said <- inherits(error, "nnfit_unreadable")
    abort_nnfit("file", c(
      "{.arg path} can not be read: {.file {path}}.",
      "x" = if (said) "It {conditionMessage(error)}"
        else "It has parts that do not fit together: {conditionMessage(error)}",
      "i" = "{.fn nn_save} and Python's {.code nnfit.save()} write such files."
    ), call, parent = NA)
  })
  tell_left_out(fit$call, path)
  attr(fit$call, "left_out") <- NULL
  fit
}

tell_left_out <- function(call, path) {
  functions <- attr(call, "left_out")
  if (!length(functions)) return(invisible())
  cli::cli_inform(c(
    "i" = "The call in {.file {path}} has {.code {functions}}, which {.fn update} runs only after
      {.code nn_load(path, trust = TRUE)}."
  ), class = c("nnfit_message_file", "nnfit_message"))
}

read_fit_file <- function(path, trust) {
  found <- read_safetensors(path)
  texts <- found$texts
  if (!identical(texts$format, "nnfit")) {
    unreadable("is a safetensors file, but not of a fit of nnfit.")
  }
  if (!identical(texts$version, file_version)) {
    unreadable("is of another version than ", file_version, ": update nnfit.")
  }
  if (is.null(texts$fit)) unreadable("lacks the field `fit`.")
  fields <- checked_fields(decode_tree(read_json(texts$fit), found$arrays))
  own <- if (is.null(texts$r)) python_parts(fields) else r_parts(texts$r, found$arrays, trust)
  check_own_sizes(own, fields)
  if (is.null(texts$r)) fields <- without_rows(fields)
  structure(c(own, fields), class = "nn_fit")
}

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
    add_survival(made, c("Surv", "strata"))
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
  fine <- all(vapply(texts, function(one) is.null(one) || is.character(one), NA)) &&
    all(vapply(blueprint$levels, is.character, NA)) &&
    all(vapply(blueprint[c("kinds", "frame_kinds")], is.character, NA))
  variables <- term_variables(blueprint$predictors)
  named <- c(names(blueprint$levels), names(blueprint$contrasts), blueprint$embedded)
  if (!fine || !all(named %in% variables)) unreadable("has a blueprint that is none.")
  given <- blueprint$offset
  if (!is.null(given) && !(is.list(given) && is.environment(given$env))) {
    unreadable("has an offset that is none.")
  }
}

check_terms_of_file <- function(terms) {
  if (!inherits(terms, "terms")) unreadable("has terms that are none.")
  variables <- attr(terms, "variables")
  factors <- attr(terms, "factors")
  labels <- attr(terms, "term.labels")
  is_list_call <- function(code) rlang::is_call(code, "list") && length(code) == length(variables)
  predvars <- attr(terms, "predvars")
  number <- length(variables) - 1
  counts <- c(attr(terms, "intercept"), attr(terms, "response"), attr(terms, "offset"))
  fine <- is_list_call(variables) && (is.null(predvars) || is_list_call(predvars)) &&
    is.character(labels) && is.environment(environment(terms)) && is.numeric(counts) &&
    all(counts %in% c(0, 1, seq_len(number))) &&
    length(attr(terms, "intercept")) == 1 && length(attr(terms, "response")) == 1 &&
    length(attr(terms, "order")) == length(labels) && is.numeric(attr(terms, "order")) &&
    are_factors(factors, number, labels)
  if (!isTRUE(fine)) unreadable("has terms that are none.")
}

are_factors <- function(factors, variables, labels) {
  if (!length(factors)) return(!length(labels))
  is.integer(factors) && is.matrix(factors) && all(factors %in% 0:2) &&
    identical(dim(factors), as.integer(c(variables, length(labels)))) &&
    identical(colnames(factors), labels) && is.character(rownames(factors))
}

check_own_sizes <- function(own, fields) {
  columns <- own$columns
  if (!is.list(columns) || !identical(as.double(columns$number), as.double(columns$number)[1]) ||
      !isTRUE(isTRUE(fields$options$own_model) ||
        columns$number == fields$options$n_features)) {
    unreadable("has other columns than its fit.")
  }
  kinds <- c("numeric", "class", "survival")
  if (!is.list(own$outcome) || !rlang::is_string(own$outcome$kind) ||
      !own$outcome$kind %in% kinds) {
    unreadable("has an outcome that is none.")
  }
}

is_of_python <- function(fit) rlang::is_call(fit$call, "nnfit.core.fit")

# A fit of Python's has no outcome: R has it as one on files, whose rows are not at hand.
without_rows <- function(fields) {
  held_out <- length(fields$validation_rows)
  counted <- c(train = NROW(fields$fitted) - held_out, validation = held_out)
  if (is.null(fields[["rows"]])) fields$rows <- counted
  fields["fitted"] <- list(NULL)
  fields
}

# Of a fit that Python made: its columns by name, and no rows.
python_parts <- function(fields) {
  options <- fields$options
  names <- as.character(unlist(options$feature_names))
  parts <- stats::setNames(vector("list", length(own_names)), own_names)
  parts$call <- quote(nnfit.core.fit(x, y))
  parts$columns <- list(
    names = if (length(names)) names, number = as.integer(options$n_features), kind = "numeric"
  )
  parts$outcome <- python_outcome(fields, options)
  parts$seed <- options$seed
  if (isTRUE(options$own_model)) parts$module_key <- "file"
  if (length(options$embed)) parts$blueprint <- embedded_blueprint(names, options$embed)
  parts
}

python_outcome <- function(fields, options) {
  levels <- as.character(unlist(options$levels))
  kind <- if (length(levels)) "class" else if (!is.null(fields$baseline)) "survival" else "numeric"
  outcome <- list(
    kind = kind, values = NULL, levels = if (length(levels)) levels,
    ordered = if (length(levels)) FALSE, names = as.character(unlist(options$outcome_names))
  )
  if (!length(outcome$names)) outcome["names"] <- list(NULL)
  outcome
}

# A data frame of Python's with classes that are embedded is here the formula of its columns.
embedded_blueprint <- function(names, embed) {
  if (!length(names)) return(NULL)
  levels <- lapply(embed, function(one) as.character(unlist(one$levels)))
  names(levels) <- vapply(embed, function(one) as.character(one$name), "")
  sum <- Reduce(function(left, right) call("+", left, right), lapply(names, as.name))
  terms <- stats::terms(rlang::new_formula(NULL, sum, env = new.env(parent = globalenv())))
  kinds <- stats::setNames(ifelse(names %in% names(levels), "factor", "numeric"), names)
  structure(list(
    terms = terms, predictors = terms, levels = levels, contrasts = NULL, columns = names,
    outcomes = NULL, outside = character(), kinds = kinds, frame_kinds = kinds,
    widths = stats::setNames(integer(), character()), offset = NULL, embedded = names(levels)
  ), class = "nn_formula_blueprint")
}
