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
#' Loading it leaves R's random numbers as they were; so does all of nnfit. What
#' you call with `$` is reticulate's to do, whose C++ code sets R's generator up
#' (`.Random.seed`) where that has not been done yet.
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
      "{.arg it} must be a Python iterator, not {describe(it)}.",
      "i" = "R's own vectors and lists need none: {.code for (x in it)}."
    ), call)
  }
  if (!is.function(f)) {
    abort_nnfit("argument", "{.arg f} must be a function, not {describe(f)}.", call)
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
  # Not through keep_seed(): what `f` draws is the user's.
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

# What others may say of reticulate.
bridge <- list(name = "reticulate", version = function() utils::packageVersion("reticulate"))

# reticulate takes most of a second to load: who predicts from a fit need not wait for it.
register_torch <- function() {
  if (isNamespaceLoaded("reticulate")) {
    meet_reticulate()
  } else {
    setHook(packageEvent("reticulate", "onLoad"), function(...) meet_reticulate())
  }
  namespace <- topenv()
  rm("torch", envir = namespace)
  makeActiveBinding("torch", torch_handle, namespace)
}

meet_reticulate <- function() {
  require_torch()
  registerS3method("r_to_py", "torch.Tensor", tensor_to_py, asNamespace("reticulate"))
}

# reticulate asks a generic of every argument that has a class, which would look for a method of
# each of a tensor's classes: a fifth of the time of `x + y`, for what it is already. Who asks
# for another way of converting, by r_to_py(x, convert = FALSE), has a handle of that kind.
tensor_to_py <- function(x, convert = FALSE) {
  if (isTRUE(convert) && is_converted(x)) x else NextMethod()
}

# Of a Python that reticulate makes.
require_torch <- function() {
  # Where Python runs already, py_require() would download what it lacks at once.
  if (makes_pythons() && !reticulate::py_available()) {
    getExportedValue("reticulate", "py_require")(c("torch", "numpy"))
  }
}

torch_handle <- function() {
  # Where Python runs already, reticulate's own delayed import would import at
  # once: what is wrong with torch is said by load_torch().
  if (is.null(python$torch)) {
    python$torch <- marked(if (reticulate::py_available()) {
      load_torch()
    } else {
      reticulate::import("torch", delay_load = list(
        environment = "r-nnfit", priority = 5,
        before_load = function() try(load_torch(), silent = TRUE), on_error = stop_no_torch
      ))
    })
  }
  python$torch
}

# From version 1.41 on reticulate makes a Python itself where none is chosen.
makes_pythons <- function() "py_require" %in% getNamespaceExports("reticulate")

load_torch <- function(call = NULL) {
  # Before: a process that is forked from this one must know, see settle_fork().
  python$process <- python$process %||% Sys.getpid()
  tryCatch(
    # Half imported, torch can not be imported again in the same session.
    keep_seed(suspendInterrupts(
      with_own_symbols(without_collecting(reticulate::import("torch")))
    )),
    error = function(error) stop_no_torch(error, call)
  )
}

# reticulate's compiled code (by Rcpp's RNGScope) sets R's random numbers up where
# nobody has drawn one yet. Here nobody does, and the session is left as it was.
keep_seed <- function(code) {
  if (exists(".Random.seed", globalenv(), inherits = FALSE)) return(code)
  on.exit(forget_seed())
  code
}

forget_seed <- function() {
  set_up <- exists(".Random.seed", globalenv(), inherits = FALSE)
  if (set_up) rm(".Random.seed", envir = globalenv())
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

# In the middle of an import Python would look for what is no longer used among all that torch
# has made, a tenth of a second, and find nothing.
without_collecting <- function(code) {
  gc <- reticulate::import("gc")
  if (!gc$isenabled()) return(code)
  gc$disable()
  on.exit(gc$enable())
  code
}

# Nothing is loaded or downloaded to say why: Python, if it does not run, is asked
# in a process of its own.
stop_no_torch <- function(error, call = NULL) {
  said <- if (length(error)) python_said(error)$text else "no reason is known."
  found <- diagnose(python_facts(said))
  abort_nnfit("python", c(
    "Python, or its package torch, could not be loaded.",
    "x" = "{found$problem}",
    "i" = "{found$cure}",
    "i" = "{.code nnfit::nnfit_sitrep()} shows what was found."
  ), call, found = found)
}

first_line <- function(text) c(strsplit(text, "\n", fixed = TRUE)[[1]], "")[1]

# reticulate reads NumPy 2 from version 1.38 on; before, a matrix fails to
# convert ("incompatible NumPy binary version") or stays a Python object.
numpy_works <- function(numpy, reticulate = bridge$version()) {
  reticulate >= "1.38" || release(numpy) < "2"
}

torch_works <- function(torch) release(torch) >= "2.4"

# "2.6.0+cpu", "2.1.0rc1": without what follows the numbers.
release <- function(version) numeric_version(sub("^([0-9.]*[0-9]).*", "\\1", version))

# The NumPy that install_nnfit() asks pip for.
numpy_requirement <- function(reticulate = bridge$version()) {
  if (numpy_works("2.0", reticulate)) "numpy" else "numpy<2"
}

# The core, loaded once a session from the folder that the package carries.
core <- function(call = rlang::caller_env()) {
  if (is.null(python$core)) {
    python$core <- load_carried("nnfit.core.bridge", call)
    if (python$process != Sys.getpid()) python$core$torch_began_in(python$process)
  }
  python$core
}

# An interrupt waits: what is half loaded fails in other words than its own.
load_carried <- function(module, call) {
  folder <- core_folder(call)
  suspendInterrupts({
    load_torch(call)
    tryCatch(keep_seed({
      usable <- numpy_works(version_of("numpy")) && torch_works(version_of("torch"))
      if (!usable) stop("NumPy or torch is of a version that does not serve.")
      without_collecting(reticulate::import_from_path(module, path = folder))
    }), error = function(error) stop_no_torch(error, call))
  })
}

# As text: torch's is a string of a class of its own, which some reticulates leave in
# Python and some convert.
version_of <- function(module) {
  version <- reticulate::import(module, convert = FALSE)$`__version__`
  as.character(reticulate::py_to_r(reticulate::import_builtins(convert = FALSE)$str(version)))
}

# One of its functions. Each is found once: asking the module takes as long as
# a crossing.
core_function <- function(name, call) {
  if (is.null(core_functions[[name]])) {
    functions <- core(call)
    core_functions[[name]] <- keep_seed(told(core_folder(call))$keeping(functions[[name]]))
  }
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
  value <- rlang::try_fetch(
    keep_seed(do.call(fun, args)), error = function(error) stop_core(error, call)
  )
  given_by_core(value, call)
}

given_by_core <- function(value, call) {
  if (is.list(value) && identical(names(value), "interrupted")) pass_interrupt(call)
  value
}

# The core says so where the user interrupted and there is nothing to give: from
# Python itself, some reticulates make an error of an interrupt.
pass_interrupt <- function(call) {
  rlang::interrupt()
  # A handler has chosen the restart "resume".
  abort_nnfit("interrupt", "The computation was interrupted, and has no result.", call)
}

# The same crossing for another process, `from`, which is told in plain data what came of it: a
# list with `value`, or what is wrong: `refused` by R, a condition, or what the core `said`.
answer_core <- function(name, args, from) {
  tryCatch(
    {
      serve_parent(from$parent, from$threads)
      if (name == "scan_parquet") need_pyarrow(NULL)
      list(value = keep_seed(do.call(core_function(name, NULL), args)))
    },
    nnfit_error = function(error) list(refused = error),
    error = function(error) list(said = python_said(error))
  )
}

# And what that process makes of the answer.
given_by_answer <- function(answer, call) {
  if (!is.null(answer$refused)) raise_again(answer$refused, call)
  if (!is.null(answer$said)) stop_said(answer$said, simpleError(answer$said$text), call)
  given_by_core(answer$value, call)
}

stop_core <- function(error, call) {
  said <- python_said(error)
  stop_said(said, if (nzchar(said$type)) simpleError(said$text) else error, call)
}

# An NNFitError names the user's argument, what is wrong and what to do, as our
# own errors do; what led to it in Python would say no more. By its type, our class.
kinds_of_core <- c(NNFitError = "argument", NNFitFileError = "file")

stop_said <- function(said, error, call) {
  if (said$type %in% names(kinds_of_core)) {
    abort_nnfit(kinds_of_core[[said$type]], "{said$text}", call, parent = NA)
  }
  summary <- first_line(said$text)
  abort_nnfit("core", "The Python core stopped: {summary}", call, parent = error)
}

# The type of Python's error, and what it says, whole: of long messages the one in R has
# lost all, or the beginning (reticulate 1.28 and 1.41), and what reticulate itself keeps of
# an error may be another's. An error that is not Python's has no type.
python_said <- function(error) {
  kept <- if (!is.null(python$told)) unlist(keep_seed(python$told$take()))
  if (length(kept) != 2) return(list(type = "", text = conditionMessage(error)))
  if (kept[1] %in% names(kinds_of_core)) return(list(type = kept[1], text = kept[2]))
  list(type = kept[1], text = paste0(kept[1], if (nzchar(kept[2])) ": ", kept[2]))
}

# Python's own note of what its errors say: python/nnfit/told.py.
told <- function(folder) {
  if (is.null(python$told)) {
    python$told <- reticulate::import_from_path("nnfit.told", path = folder)
  }
  python$told
}

# Packages that are optional: pyarrow for files of data, others for ONNX files. `use`: what is done
# by them.
need_packages <- function(packages, use, call) {
  core(call)
  for (package in packages) {
    tryCatch(keep_seed(reticulate::import(package)), error = function(error) {
      found <- first_line(python_said(error)$text)
      cure <- install_there(packages, python_facts(probed = FALSE))
      abort_nnfit("python", c(
        "{use} the Python package {package}, which could not be loaded.",
        "x" = "{found}", "i" = "{cure}"
      ), call)
    })
  }
}

need_pyarrow <- function(call) need_packages("pyarrow", "Parquet files are read by", call)

onnx_packages <- c("onnx", "onnxscript")

# For examples and tests, as has_torch().
has_onnx <- function() {
  has_torch() && release(version_of("torch")) >= "2.6" &&
    all(vapply(onnx_packages, reticulate::py_module_available, NA))
}

#' Can Python and torch be loaded?
#'
#' Starts Python to find out, if there is one that has torch; installs and downloads
#' nothing. For examples and tests.
#' @noRd
has_torch <- function() {
  if (!reticulate::py_available() && !find_python()$has_torch) return(FALSE)
  isTRUE(tryCatch(is.function(core()$fit), error = function(error) FALSE))
}

# The Python that reticulate would start, or has: where it is, how it was chosen (in
# reticulate's words), whether reticulate can bind to it, whether torch is there. It
# is `managed`, and has no path, if reticulate would make it, which downloads.
find_python <- function() {
  running <- reticulate::py_available()
  if (!running && asks_for_managed()) return(no_python(managed = TRUE))
  config <- keep_seed(if (running) reticulate::py_config() else discovered_config())
  if (!is.list(config)) return(no_python(error = config))
  if (!running && would_be_managed(config)) return(no_python(managed = TRUE))
  found_python(config, running)
}

discovered_config <- function() {
  without_downloads(
    tryCatch(reticulate::py_discover_config("torch", "r-nnfit"), error = conditionMessage)
  )
}

found_python <- function(config, running) {
  list(
    path = config$python, running = running, chosen_by = config$forced, managed = FALSE,
    shared = running || length(config$libpython) == 1 || .Platform$OS.type == "windows",
    has_torch = running || !is.null(config$required_module_path)
  )
}

no_python <- function(error = NULL, managed = FALSE) {
  list(running = FALSE, managed = managed, shared = TRUE, has_torch = FALSE, error = error)
}

# reticulate's last resort before a Python on the PATH is one of its own making; here it
# is asked without that.
would_be_managed <- function(config) {
  on_path <- is.null(config$forced) || config$forced %in% c("PATH", "Windows Registry")
  declined <- tolower(Sys.getenv("RETICULATE_USE_MANAGED_VENV")) %in% c("no", "false", "0")
  on_path && !nzchar(config$virtualenv) && makes_pythons() && !declined
}

asks_for_managed <- function() {
  makes_pythons() && (Sys.getenv("RETICULATE_PYTHON") == "managed" ||
    tolower(Sys.getenv("RETICULATE_USE_MANAGED_VENV")) %in% c("yes", "true", "1"))
}

without_downloads <- function(code) {
  settings <- c(RETICULATE_USE_MANAGED_VENV = "no", RETICULATE_MINICONDA_ENABLED = "FALSE")
  before <- Sys.getenv(names(settings), NA, names = TRUE)
  errors_shown <- options(show.error.messages = FALSE)
  on.exit({
    Sys.unsetenv(names(before)[is.na(before)])
    if (!all(is.na(before))) do.call(Sys.setenv, as.list(before[!is.na(before)]))
    options(errors_shown)
  })
  do.call(Sys.setenv, as.list(settings))
  suppressWarnings(code)
}

# For install_nnfit(): everything that asks reticulate about environments.
environment_root <- function() reticulate::virtualenv_root()

create_environment <- function(path, python) {
  reticulate::virtualenv_create(path, python = python, packages = FALSE)
}

find_running <- function() if (reticulate::py_available()) reticulate::py_config()$python

# For nnfit_sitrep(), of a session in which the core is loaded.
loaded_versions <- function() {
  keep_seed(c(
    Python = as.character(reticulate::py_config()$version), NumPy = version_of("numpy"),
    torch = version_of("torch")
  ))
}

is_core_loaded <- function() !is.null(python$core)

# The Python that another process takes to have this session's, as the value of the environment
# variable RETICULATE_PYTHON; NULL: what it finds by itself is what this session would find. Python
# does not start here for that.
python_for_others <- function() if (isNamespaceLoaded("reticulate")) find_python()$path

# How many threads torch has here, where it is loaded.
torch_threads <- function() {
  if (!is.null(python$core)) keep_seed(reticulate::import("torch")$get_num_threads())
}

# For a process that others started: it ends with `parent`, and has as many threads as they say.
serve_parent <- function(parent, threads = NULL) {
  if (is.null(python$parent)) keep_seed(core()$end_with_parent(parent))
  python$parent <- parent
  if (!is.null(threads)) keep_seed(reticulate::import("torch")$set_num_threads(threads))
}

# The device that "auto" means.
automatic_device <- function() {
  checks <- "nnfit.core.options.checks"
  keep_seed(reticulate::import_from_path(checks, path = core_folder())$device_of("auto"))
}

# A process that is forked (mclapply(), mcparallel()) has none of the threads that
# torch shares work with, and would wait for them for ever: there it works on one.
# The core sees to that itself (ground/forks.py); this is for tensors.
settle_fork <- function() {
  process <- Sys.getpid()
  if (process == python$process || identical(process, python$settled)) return(invisible())
  keep_seed(reticulate::import("torch")$set_num_threads(1L))
  python$settled <- process
}

# R's rules for tensors: the name of each of R's functions -> a callable.
tensor_rules <- function(call = rlang::caller_env()) {
  if (is.null(python$tensors)) {
    tensors <- load_carried("nnfit.tensors", call)
    python$tensors <- keep_seed({
      rules <- tensors$rules_for_r(collect_garbage)
      list2env(told(core_folder(call))$keeping_all(rules))
    })
  }
  settle_fork()
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
python_call <- function(callable, ...) keep_seed(reticulate::py_call(callable, ...))

python_attribute <- function(x, name) keep_seed(reticulate::py_get_attr(x, name))

python_to_r <- function(x) keep_seed(reticulate::py_to_r(x))

is_gone <- function(x) keep_seed(reticulate::py_is_null_xptr(x))

python_has <- function(x, name) keep_seed(reticulate::py_has_attr(x, name))

# A module that reticulate imports at its first use names itself until then.
is_loaded <- function(module) is.null(get0("module", as.environment(module), inherits = FALSE))

# Objects of a module that was imported with `convert = FALSE` stay in Python.
is_converted <- function(x) {
  if (is.function(x)) x <- attr(x, "py_object")
  !isFALSE(get0("convert", as.environment(x), inherits = FALSE))
}

# The reason that Python gave, without the name of its class.
python_reason <- function(error) {
  sub("^[A-Za-z._]*(Error|Exception): ", "", first_line(python_said(error)$text))
}
