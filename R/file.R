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
#' The other way round it is not so: a fit that `nnfit.fit_formula()` made in Python, by a formula
#' of Python's, takes in R the columns that this formula makes (such as `x`, `g[T.b]` and
#' `g[T.b]:x`), not its variables, as R cannot build Python's terms. [print()] shows the formula,
#' and so does the error where columns are missing. `nn_save()` keeps no more than its text.
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
  check_is_fit(fit, call)
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

path_rule_of <- function(such) {
  rule(paste0("the name of a file, such as \"", such, "\""), function(x) {
    rlang::is_string(x) && !is.na(x) && nzchar(x) && nchar(x, "bytes") < 4096 &&
      !dir.exists(path.expand(x))
  })
}

path_rule <- path_rule_of("model.safetensors")

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
    fit = encode_tree(plain_fields(fit), "fit", out)
  )
  texts <- c(texts, texts_beside(fit, out))
  write_safetensors(path, out$arrays, texts)
}

# What Python hands on as it is, and what it makes the columns by.
texts_beside <- function(fit, out) {
  list(
    formula = encode_tree(formula_meaning(fit), "formula", out),
    r = encode_value(own_parts(fit), "r", out)
  )
}

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

python_formula <- function(text, arrays) {
  if (!is.null(text)) decode_tree(read_json(text), arrays)
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
  own <- if (is.null(texts$r)) {
    python_parts(fields, python_formula(texts$formula, found$arrays))
  } else {
    r_parts(texts$r, found$arrays, trust)
  }
  check_own_sizes(own, fields)
  # What R wrote before the fit was trained does not know how many outputs a module has.
  own$outcome <- spread_names(own$outcome, fields)
  if (is.null(texts$r)) fields <- without_rows(fields)
  structure(c(own, fields), class = "nn_fit")
}
