# The only file that knows Python is there, and the only one that names
# reticulate: which interpreter, the handles on torch and on nnfit's own core, one
# helper for a call, and Python's errors as R conditions.

#' PyTorch, from R
#'
#' The Python module `torch`, loaded at its first use: `torch$randn(3L, 2L)`,
#' `torch$nn$Linear(1L, 1L)`. Everything that
#' [PyTorch documents](https://pytorch.org/docs/stable/) is reached with `$`
#' where Python writes a dot. Whole numbers that PyTorch wants as integers are
#' written with an `L`.
#'
#' Which Python it comes from: the one that you chose
#' (the environment variable `RETICULATE_PYTHON`, [reticulate::use_python()]),
#' else the virtual environment `r-nnfit` that [install_nnfit()] makes, else
#' one that reticulate makes itself where it can (`reticulate::py_require()`,
#' from version 1.41 on).
#'
#' Whole numbers come back as R's integers where they fit, else as doubles, which
#' are exact up to 2^53; beyond it you are warned.
#'
#' @format A Python module.
#' @seealso [as_tensor()] for R's data as a tensor, [nn_fit()] to fit a model
#'   without writing the loop.
#' @export
#' @examplesIf nnfit:::has_torch()
#' x <- torch$ones(2L, 3L)
#' x + 1
torch <- NULL

#' Go through a Python iterator
#'
#' Calls a function with each item of a Python iterator, such as the parameters
#' of a module, or gives the items as a list: [reticulate::iterate()], for
#' Python objects only, and with whole numbers beyond R's integers as doubles.
#'
#' An iterator can be gone through once; `model$parameters()` makes a new one.
#'
#' @param it A Python object that can be iterated over: an iterator, a
#'   generator, a module list.
#' @param f A function of one item. The default gives the item back.
#' @param simplify Whether a result of single numbers, strings or logicals
#'   becomes a vector.
#' @return What `f` gave for each item, invisibly.
#' @export
#' @examplesIf nnfit:::has_torch()
#' model <- torch$nn$Linear(3L, 1L)
#' for (parameter in iterate(model$parameters())) print(dim(parameter))
#'
#' iterate(model$parameters(), length)
iterate <- function(it, f = identity, simplify = TRUE) {
  call <- rlang::current_env()
  if (!inherits(it, "python.builtin.object")) {
    abort_nnfit("argument", c(
      "{.arg it} must be a Python iterator, not {.obj_type_friendly {it}}.",
      "i" = "R's own vectors and lists need none: {.code for (x in it)}."
    ), call)
  }
  if (!is.function(f)) {
    abort_nnfit("argument", "{.arg f} must be a function, not {.obj_type_friendly {f}}.", call)
  }
  if (!rlang::is_bool(simplify)) {
    abort_nnfit(
      "argument", "{.arg simplify} must be TRUE or FALSE, not {describe(simplify)}.", call
    )
  }
  items <- tryCatch(python_call(tensor_rules(call)$iterate, it), error = function(error) {
    reason <- python_reason(error)
    abort_nnfit("argument", c("{.arg it} can not be iterated over.", "x" = "{reason}"), call)
  })
  answers <- reticulate::iterate(items, function(item) f(from_python(item)), simplify = FALSE)
  invisible(if (simplify) simplified(answers) else answers)
}

# Versions of reticulate differ in what they simplify.
simplified <- function(answers) {
  single <- vapply(answers, function(x) is.atomic(x) && !is.object(x) && length(x) == 1L, NA)
  types <- unique(vapply(answers, typeof, ""))
  if (all(single) && length(types) == 1L) unlist(answers) else answers
}

python <- new.env(parent = emptyenv())

register_torch <- function() {
  if ("py_require" %in% getNamespaceExports("reticulate")) {
    getExportedValue("reticulate", "py_require")(c("torch", "numpy"))
  }
  namespace <- topenv()
  rm("torch", envir = namespace)
  # Where Python runs already, reticulate's own delayed import would import at
  # once, and a Python without torch would keep the package from loading.
  if (reticulate::py_available()) {
    makeActiveBinding("torch", function() marked(load_torch()), namespace)
  } else {
    assign("torch", marked(reticulate::import("torch", delay_load = list(
      environment = "r-nnfit", priority = 5,
      before_load = function() try(load_torch(), silent = TRUE), on_error = stop_no_torch
    ))), envir = namespace)
  }
}

load_torch <- function(call = NULL) {
  tryCatch(
    with_own_symbols(reticulate::import("torch")),
    error = function(error) stop_no_torch(error, call)
  )
}

# torch carries its own BLAS and LAPACK. In an R process on Linux the dynamic
# linker would give it R's instead (they have the same names and came first),
# often the reference BLAS: matrix products 10 times slower, with other last
# digits than the same program has in Python. RTLD_DEEPBIND (dlopen(3)) has
# torch prefer what it carries.
with_own_symbols <- function(code) {
  os <- reticulate::import("os")
  sys <- reticulate::import("sys")
  if (!reticulate::py_has_attr(os, "RTLD_DEEPBIND")) return(code)
  flags <- sys$getdlopenflags()
  on.exit(sys$setdlopenflags(flags))
  sys$setdlopenflags(bitwOr(flags, os$RTLD_DEEPBIND))
  code
}

stop_no_torch <- function(error, call = NULL) {
  abort_nnfit("python", c(
    "Python, or its package torch, could not be loaded.",
    "x" = if (length(error)) first_line(conditionMessage(error)),
    "i" = "Run {.code nnfit::install_nnfit()} once, then restart R.",
    "i" = "{.code nnfit::nnfit_sitrep()} shows what was found."
  ), call)
}

first_line <- function(text) strsplit(text, "\n", fixed = TRUE)[[1]][1]

# reticulate reads NumPy 2 from version 1.38 on; before, a matrix fails to
# convert ("incompatible NumPy binary version") or stays a Python object.
numpy_works <- function(numpy, reticulate = utils::packageVersion("reticulate")) {
  reticulate >= "1.38" || numpy_version(numpy) < "2"
}

numpy_version <- function(text) numeric_version(sub("^([0-9.]*[0-9]).*", "\\1", text))

check_numpy <- function(numpy, call, reticulate = utils::packageVersion("reticulate")) {
  if (!numpy_works(numpy, reticulate)) {
    abort_nnfit("python", c(
      "reticulate {reticulate} can not use NumPy {numpy}.",
      "i" = "Run {.code nnfit::install_nnfit()} for a Python environment that fits,
        or update reticulate to 1.38 or later; then restart R."
    ), call)
  }
}

# The NumPy that install_nnfit() asks pip for.
numpy_requirement <- function(reticulate = utils::packageVersion("reticulate")) {
  if (numpy_works("2.0", reticulate)) "numpy" else "numpy<2"
}

# The core, loaded once a session from the folder that the package carries.
core <- function(call = rlang::caller_env()) {
  if (is.null(python$core)) {
    folder <- core_folder(call)
    load_torch(call)
    check_numpy(reticulate::import("numpy")$`__version__`, call)
    python$core <- reticulate::import_from_path("nnfit.core.bridge", path = folder)
  }
  python$core
}

# One of its functions. Each is found once: asking the module takes as long as
# a crossing.
core_function <- function(name, call) {
  if (is.null(core_functions[[name]])) core_functions[[name]] <- core(call)[[name]]
  core_functions[[name]]
}

core_functions <- new.env(parent = emptyenv())

core_folder <- function(call = rlang::caller_env(),
                        folder = system.file("python", package = "nnfit")) {
  if (!file.exists(file.path(folder, "nnfit", "core", "options", "catalog.csv"))) {
    abort_nnfit("python", c(
      "This installation of nnfit lacks its Python part ({.path python/nnfit}).",
      "i" = "Reinstall it from a built package. From a source checkout on a
        system without symbolic links, run {.code Rscript bootstrap.R} first."
    ), call)
  }
  folder
}

# One crossing: calls a function of the core with plain R data, and turns a
# Python error into an R condition from the user's call.
call_core <- function(name, args, call) {
  fun <- core_function(name, call)
  rlang::try_fetch(do.call(fun, args), error = function(error) stop_core(error, call))
}

# An NNFitError names the user's argument, what is wrong and what to do, as our
# own errors do; what led to it in Python would say no more.
stop_core <- function(error, call) {
  said <- first_line(conditionMessage(error))
  refusal <- "^\\S*NNFitError: "
  if (grepl(refusal, said)) {
    abort_nnfit("argument", "{sub(refusal, '', said)}", call, parent = NA)
  }
  abort_nnfit("core", "The Python core stopped: {said}", call, parent = error)
}

# pyarrow is optional: only files of data need it.
need_pyarrow <- function(call) {
  core(call)
  tryCatch(reticulate::import("pyarrow"), error = function(error) {
    abort_nnfit("python", c(
      "Parquet files are read by the Python package pyarrow, which could not be loaded.",
      "x" = first_line(conditionMessage(error)),
      "i" = "Run {.code nnfit::install_nnfit(packages = \"pyarrow\")} once, then restart R."
    ), call)
  })
}

#' Can Python and torch be loaded?
#'
#' Starts Python to find out. For examples and tests.
#' @noRd
has_torch <- function() {
  isTRUE(tryCatch(is.function(core()$fit), error = function(error) FALSE))
}

# For install_nnfit(): everything that asks reticulate about environments.
make_environment <- function(envname, packages, pip_options, python, new_env) {
  exists <- reticulate::virtualenv_exists(envname)
  if (exists && new_env) reticulate::virtualenv_remove(envname, confirm = FALSE)
  if (!exists || new_env) {
    reticulate::virtualenv_create(envname, python = python, packages = NULL)
  }
  reticulate::virtualenv_install(envname, packages, pip_options = pip_options)
  invisible(reticulate::virtualenv_python(envname))
}

# For nnfit_sitrep(): what is found, and what is wrong, as plain data.
python_report <- function() {
  problem <- tryCatch({
    core()
    character()
  }, error = conditionMessage)
  found <- reticulate::py_available()
  version_of <- function(module) {
    # torch's is a string of a class of its own, which some reticulates leave in Python
    # and some convert. py_str() is for what is left there: it misreads R's own strings.
    tryCatch({
      version <- reticulate::import(module)$`__version__`
      if (is.character(version)) as.character(version) else reticulate::py_str(version)
    }, error = function(error) NA)
  }
  versions <- c(
    R = as.character(getRversion()),
    nnfit = as.character(utils::packageVersion("nnfit")),
    reticulate = as.character(utils::packageVersion("reticulate")),
    Python = if (found) as.character(reticulate::py_config()$version) else NA,
    NumPy = if (found) version_of("numpy") else NA,
    torch = if (found) version_of("torch") else NA
  )
  list(
    ok = !length(problem), problems = problem, versions = versions,
    python = if (found) reticulate::py_config()$python,
    device = if (!length(problem) && torch$cuda$is_available()) "cuda" else "cpu"
  )
}

# R's rules for tensors: the name of each of R's functions -> a callable.
tensor_rules <- function(call = rlang::caller_env()) {
  if (is.null(python$tensors)) {
    folder <- core_folder(call)
    load_torch(call)
    check_numpy(reticulate::import("numpy")$`__version__`, call)
    tensors <- reticulate::import_from_path("nnfit.tensors", path = folder)
    python$tensors <- list2env(tensors$rules_for_r(collect_garbage))
  }
  python$tensors
}

# torch's bytes are not R's, so R does not know when to collect its handles on
# them: Python counts the bytes and asks (python/nnfit/tensors/ledger.py).
collect_garbage <- function(full) {
  gc(full = full)
  NULL
}

# What tensors need of reticulate: a call that leaves its answer in Python, an
# attribute, the way to R, and whether the session that it lived in has ended.
python_call <- function(callable, ...) reticulate::py_call(callable, ...)

python_attribute <- function(x, name) reticulate::py_get_attr(x, name)

python_to_r <- function(x) reticulate::py_to_r(x)

is_gone <- function(x) reticulate::py_is_null_xptr(x)

# Objects of a module that was imported with `convert = FALSE` stay in Python.
is_converted <- function(x) {
  if (is.function(x)) x <- attr(x, "py_object")
  !isFALSE(get0("convert", as.environment(x), inherits = FALSE))
}

# The reason that Python gave, without the name of its class.
python_reason <- function(error) {
  sub("^[A-Za-z._]*(Error|Exception): ", "", first_line(conditionMessage(error)))
}
