skip_on_cran() # it takes long; `make test` has it

test_that("loading the package starts no Python and is quick", {
  there <- in_new_session(function() reticulate::py_available())
  expect_false(there)
})

test_that("a NumPy that reticulate can not read is known", {
  expect_true(numpy_works("1.26.4", "1.28"))
  expect_false(numpy_works("2.0.1", "1.28"))
  expect_false(numpy_works("2.1.0rc1", "1.37"))
  expect_true(numpy_works("2.1.0", "1.38.0"))
})

test_that("a torch that is too old is known", {
  expect_true(torch_works("2.4.0"))
  expect_true(torch_works("2.13.0+cpu"))
  expect_true(torch_works("10.0.0a0"))
  expect_false(torch_works("2.3.1"))
})

test_that("a NumPy or torch that does not serve says so before a fit", {
  skip_if_no_torch()
  there <- in_new_session(function() {
    version <- function(module) if (module == "torch") "2.3.0" else "1.26.4"
    environment(version) <- asNamespace("nnfit")
    utils::assignInNamespace("version_of", version, "nnfit")
    list(
      fit = tryCatch(nn_fit(c ~ u, thermometer), error = identity),
      tensor = tryCatch(as_tensor(1), error = identity)
    )
  })
  for (error in there) expect_s3_class(error, "nnfit_error_python")
  expect_match(flat_message(there$fit), "of a version that does not serve")
})

test_that("the NumPy that is asked for fits the installed reticulate", {
  expect_identical(numpy_requirement("1.28"), "numpy<2")
  expect_identical(numpy_requirement("1.41"), "numpy")
})

test_that("without Python, or without torch, the error says what to run", {
  complaint <- function(python) {
    in_new_session(function(python) {
      Sys.setenv(RETICULATE_PYTHON = python)
      caught <- function(code) tryCatch(code, error = identity)
      list(
        fit = caught(nn_fit(c ~ u, thermometer)), torch = caught(torch$ones(2L)),
        again = caught(torch$ones(2L)), found = nnfit:::has_torch()
      )
    }, list(python))
  }
  expect_complaint <- function(error, ...) {
    expect_s3_class(error, "nnfit_error_python")
    expect_match(flat_message(error), "Python, or its package torch, could not be loaded")
    for (pattern in c(...)) expect_match(flat_message(error), pattern, fixed = TRUE)
  }
  nowhere <- complaint("/nowhere/python")
  expect_complaint(
    nowhere$fit, "RETICULATE_PYTHON names /nowhere/python, which does not exist",
    "Unset it (Sys.unsetenv(RETICULATE_PYTHON)"
  )
  # Newer versions of reticulate refuse this one before the handle is asked.
  expect_match(conditionMessage(nowhere$torch), "/nowhere/python", fixed = TRUE)

  without <- complaint(python_without_torch())
  for (error in without[c("fit", "torch")]) {
    expect_complaint(
      error, "NumPy is not installed in", "-m pip install torch>=2.4",
      "or unset RETICULATE_PYTHON and run nnfit::install_nnfit()"
    )
  }
  expect_s3_class(without$again, "error")
  expect_false(without$found)
})

test_that("the package loads, and says what is missing, where Python runs without torch", {
  python <- python_without_torch()
  source <- if (is_dev_package()) pkgload::pkg_path()
  error <- callr::r(function(source) {
    reticulate::py_config()
    if (is.null(source)) library(nnfit) else pkgload::load_all(source, quiet = TRUE)
    tryCatch(torch$ones(2L), error = identity)
  }, list(source), env = c(callr::rcmd_safe_env(), RETICULATE_PYTHON = python))
  expect_s3_class(error, "nnfit_error_python")
})

test_that("reticulate is loaded at the first use of Python", {
  skip_if(is_dev_package(), "load_all() touches all that is exported")
  found <- in_new_session(function() {
    loaded <- function() "reticulate" %in% loadedNamespaces()
    before <- loaded()
    handle <- class(torch)
    list(before, loaded(), handle, identical(torch, nnfit::torch), reticulate::py_available())
  })
  expect_false(found[[1]])
  expect_true(found[[2]])
  expect_true("python.builtin.module" %in% found[[3]])
  expect_true(found[[4]])
  expect_false(found[[5]])
})

test_that("a Python of reticulate's making is told what it needs, whichever is loaded first", {
  skip_if(is_dev_package(), "load_all() touches all that is exported")
  skip_if_not_installed("callr")
  told <- function(first) {
    callr::r(function(first) {
      for (package in first) loadNamespace(package)
      hooks <- getHook(packageEvent("reticulate", "onLoad"))
      required <- if (nnfit:::makes_pythons()) {
        getExportedValue("reticulate", "py_require")()$packages
      }
      list(required = required, hooks = length(hooks))
    }, list(first))
  }
  for (first in list(c("nnfit", "reticulate"), c("reticulate", "nnfit"))) {
    found <- told(first)
    expect_identical(found$hooks, as.integer(first[1] == "nnfit"))
    if (makes_pythons()) expect_true(all(c("torch", "numpy") %in% found$required))
  }
})

test_that("the package works where Python was running first", {
  skip_if_no_torch()
  python <- reticulate::py_config()$python
  source <- if (is_dev_package()) pkgload::pkg_path()
  sum <- callr::r(function(source) {
    reticulate::py_config()
    if (is.null(source)) library(nnfit) else pkgload::load_all(source, quiet = TRUE)
    torch$ones(2L)$sum()$item()
  }, list(source), env = c(callr::rcmd_safe_env(), RETICULATE_PYTHON = python))
  expect_identical(sum, 2)
})

test_that("torch uses its own BLAS, and Python's flags are as before", {
  skip_if_no_torch()
  os <- reticulate::import("os")
  skip_if_not(reticulate::py_has_attr(os, "RTLD_DEEPBIND"), "A linker with RTLD_DEEPBIND")
  flags <- reticulate::import("sys")$getdlopenflags()
  expect_identical(bitwAnd(flags, os$RTLD_DEEPBIND), 0L)
  inside <- with_own_symbols(reticulate::import("sys")$getdlopenflags())
  expect_identical(inside, bitwOr(flags, os$RTLD_DEEPBIND))
  expect_identical(reticulate::import("sys")$getdlopenflags(), flags)
})

test_that("Python's own error becomes an R condition from the user's call", {
  skip_if_no_torch()
  error <- expect_error(
    call_core("fit", list(matrix(0, 2, 2)), quote(nn_fit())), class = "nnfit_error_core"
  )
  expect_match(flat_message(error), "The Python core stopped: .*argument: y")
  expect_identical(conditionCall(error), quote(nn_fit()))
})

test_that("what the core refuses on purpose reads as R's own errors do", {
  skip_if_no_torch()
  refused <- function(code, ...) expect_refused(code, "argument", ..., from = "nn_fit")
  refused(
    nn_fit(c ~ u, thermometer, optimizer = list("sgd", lr = 1)), "Give it as learn_rate instead"
  )
  error <- expect_error(
    nn_fit(c ~ u, thermometer, device = "cuda:99"), class = "nnfit_error_argument"
  )
  expect_match(flat_message(error), "^device cuda:99 cannot be used: .*\\. Use auto or cpu\\.$")
  expect_null(error$parent)
  # torch's own reason has 1500 characters, of which reticulate loses those over 1000
  refused(nn_fit(c ~ u, thermometer, device = "xla"), "device xla cannot be used: ")
})

test_that("a package without its Python part says what to do", {
  expect_true(file.exists(file.path(core_folder(), "nnfit", "core", "options", "catalog.csv")))
  expect_refused(core_folder(folder = tempdir()), "python", "lacks its Python part", "bootstrap.R")
})

test_that("an error of any length comes back whole", {
  skip_if_no_torch()
  folder <- withr::local_tempdir()
  code <- c("def fail(text, times, kind):", "    raise kind(text * int(times))")
  writeLines(code, file.path(folder, "f.py"))
  fail <- told(core_folder())$keeping(reticulate::import_from_path("f", path = folder)$fail)
  withr::defer(rm("fail", envir = core_functions))
  assign("fail", fail, core_functions)
  builtins <- reticulate::import_builtins(convert = FALSE)
  for (times in c(1, 999, 1000, 5000, 100000)) for (text in c("a", "ab c\n", "\u00fc", "{x}")) {
    error <- tryCatch(call_core("fail", list(text, times, builtins$ValueError), NULL),
      nnfit_error_core = identity
    )
    expect_identical(conditionMessage(error$parent), paste0("ValueError: ", strrep(text, times)))
  }
  # one that is R's own, or another package's, is not taken for the one before
  expect_identical(python_said(simpleError("R's")), list(type = "", text = "R's"))
})

test_that("names and values that look like code stay what they are", {
  skip_if_no_torch()
  for (name in c("{cat('run')}", "{.emph x}", "{", "a {b}")) {
    d <- stats::setNames(data.frame(c(1, 2, 4, 3), c(1, 3, Inf, 2)), c("y", name))
    said <- function(code) {
      error <- expect_error(code, class = "nnfit_error")
      gsub("\\s+", " ", cli::ansi_strip(conditionMessage(error)))
    }
    expect_output(told <- said(nn_fit(d[2], d$y)), NA)
    expect_match(told, name, fixed = TRUE)
    for (code in expression(
      nn_fit(y ~ ., d[1:2, ], epoch = name), nn_fit(y ~ ., d[1:2, ], loss = name),
      nn_fit(y ~ ., d[1:2, ], device = name), nn_fit(y ~ ., name),
      nn_fit(d[1:2, 2, drop = FALSE], d$y[1:2], levels = name)
    )) {
      expect_output(told <- said(eval(code)), NA)
    }
    expect_match(said(nn_fit(y ~ ., d[1:2, ], loss = name)), name, fixed = TRUE)
    expect_match(said(nn_fit(y ~ ., name)), name, fixed = TRUE)
    fit <- nn_fit(d[c(1, 2, 4), 2, drop = FALSE], d$y[c(1, 2, 4)])
    expect_output(told <- said(predict(fit, data.frame(other = 1))), NA)
    expect_match(told, name, fixed = TRUE)
    # by the core itself
    expect_match(said(call_core("scan_parquet", list(file.path("/nowhere", name)), NULL)), name,
      fixed = TRUE
    )
  }
})

test_that("R's random numbers are as they were, drawn from or not, wherever Python starts", {
  skip_if_no_torch()
  entries <- list(
    fit = quote(nn_fit(c ~ u, thermometer, seed = 1)), tensor = quote(as_tensor(1) + 1),
    report = quote(utils::capture.output(nnfit_sitrep(), type = "message"))
  )
  for (entry in names(entries)) {
    there <- in_new_session(function(code) {
      look <- function() get0(".Random.seed", globalenv(), inherits = FALSE)
      none <- look()
      eval(code, new.env(parent = asNamespace("nnfit")))
      fit <- nn_fit(c ~ u, thermometer, seed = 1)
      invisible(predict(fit, thermometer))
      as.array(as_tensor(1:3) * 2)
      still <- look()
      set.seed(1)
      before <- look()
      eval(code, new.env(parent = asNamespace("nnfit")))
      predict(fit, thermometer)
      list(none = none, still = still, same = identical(before, look()))
    }, list(entries[[entry]]))
    expect_null(there$none, label = entry)
    expect_null(there$still, label = entry)
    expect_true(there$same, label = entry)
  }
})

test_that("has_torch() neither starts a Python without torch nor has one made", {
  python <- python_without_torch()
  there <- in_new_session(function(python) {
    ask <- function(...) {
      Sys.setenv(...)
      found <- nnfit:::has_torch()
      list(found = found, running = reticulate::py_available())
    }
    Sys.unsetenv("RETICULATE_PYTHON")
    # reticulate's own maker of Pythons, if there is one, would write down that it was called
    called <- tempfile()
    uv <- tempfile("uv")
    writeLines(c("#!/bin/sh", paste("echo called >>", called), "exit 1"), uv)
    Sys.chmod(uv, "755")
    empty <- tempfile("environments")
    dir.create(empty)
    list(
      asked = list(
        ask(WORKON_HOME = empty, RETICULATE_VIRTUALENV_ROOT = empty, RETICULATE_UV = uv,
          PATH = empty, HOME = empty
        ),
        ask(RETICULATE_USE_MANAGED_VENV = "yes", RETICULATE_PYTHON = "managed"),
        ask(RETICULATE_PYTHON = "/nowhere/python"), ask(RETICULATE_PYTHON = python)
      ),
      called = file.exists(called)
    )
  }, list(python))
  for (one in there$asked) expect_identical(one, list(found = FALSE, running = FALSE))
  expect_false(there$called)
})

python_range <- function(from) {
  reticulate::py_call(
    reticulate::py_eval("lambda n: iter([int(n) + 1, int(n) + 2])", convert = FALSE), from
  )
}

test_that("iterate() goes through Python's iterators, whole numbers exact", {
  skip_if_no_torch()
  module <- torch$nn$Linear(3L, 2L)
  shapes <- list()
  for (parameter in iterate(module$parameters())) shapes <- c(shapes, list(dim(parameter)))
  expect_identical(shapes, list(c(2L, 3L), 2L))
  expect_identical(iterate(module$parameters(), length), c(6L, 2L))
  expect_identical(iterate(module$parameters(), length, simplify = FALSE), list(6L, 2L))
  shape <- torch$empty(30000L, 200000L, device = "meta")$shape
  expect_identical(iterate(shape, function(n) n * 1e5), c(3e9, 2e10))
  expect_identical(iterate(module$named_parameters())[[2]][[1]], "bias")
  expect_identical(iterate(python_range(.Machine$integer.max)), 2^31 + 0:1)
  expect_false(withVisible(iterate(module$parameters()))$visible)
})

test_that("iterate() refuses what is no Python iterator, at once", {
  skip_if_no_torch()
  refused <- function(it, ...) expect_refused(iterate(it), "argument", ..., from = "iterate")
  for (it in list(NULL, NA, 1:1e5, "a", list(1), mean, globalenv(), y ~ x, mtcars)) {
    refused(it, "it must be a Python iterator, not")
  }
  refused(torch$float32, "it can not be iterated over", "not iterable")
  refused(torch$ones(2L)$item, "it can not be iterated over")
  items <- function() torch$nn$Linear(1L, 1L)$parameters()
  expect_refused(iterate(items(), f = "a"), "argument", "f must be a function", from = "iterate")
  expect_refused(iterate(items(), simplify = NA), "argument", "simplify must be TRUE or FALSE")
})

test_that("dead tensors of a loop are collected before they fill the memory", {
  skip_if_no_torch()
  ledger <- reticulate::import("nnfit.tensors.ledger", convert = FALSE)$LEDGER
  held <- function() reticulate::py_to_r(ledger$account(torch$device("cpu"))$held)
  x <- torch$ones(2e6L) # 8 MB
  invisible(gc())
  before <- held()
  most <- 0
  for (i in 1:100) {
    y <- x * 2
    z <- torch$add(x, y)$exp()
    most <- max(most, held() - before)
  }
  expect_gt(most, 100e6)
  # 2.4 GB were made. The ledger collects from 256 MB on, more rarely where that takes long.
  expect_lt(most, 2e9)
})

test_that("what was imported to stay in Python is told from what is converted, functions too", {
  skip_if_no_torch()
  stays <- reticulate::import("math", convert = FALSE)
  expect_false(is_converted(stays))
  expect_false(is_converted(stays$sqrt))
  expect_true(is_converted(reticulate::import("math")$sqrt))
  expect_true(is_converted(torch$add))
})

test_that("a Python of reticulate's own making is known by how it is asked for", {
  asks <- function(..., makes = TRUE) {
    local_replaced(makes_pythons = function() makes)
    withr::with_envvar(c(..., RETICULATE_PYTHON = NA, RETICULATE_USE_MANAGED_VENV = NA)[
      c("RETICULATE_PYTHON", "RETICULATE_USE_MANAGED_VENV")
    ], asks_for_managed())
  }
  expect_false(asks())
  expect_true(asks(RETICULATE_PYTHON = "managed"))
  expect_false(asks(RETICULATE_PYTHON = "/my/python"))
  for (yes in c("yes", "TRUE", "1")) {
    expect_true(asks(RETICULATE_USE_MANAGED_VENV = yes))
    expect_false(asks(RETICULATE_USE_MANAGED_VENV = yes, makes = FALSE))
  }
  expect_false(asks(RETICULATE_USE_MANAGED_VENV = "no"))
  expect_false(asks(RETICULATE_PYTHON = "managed", makes = FALSE))
})

test_that("reticulate makes one itself where it would take what is on the PATH, unless declined", {
  would <- function(forced = NULL, virtualenv = "", makes = TRUE, asked = NA) {
    local_replaced(makes_pythons = function() makes)
    config <- list(virtualenv = virtualenv)
    config$forced <- forced
    withr::with_envvar(c(RETICULATE_USE_MANAGED_VENV = asked), would_be_managed(config))
  }
  for (forced in list(NULL, "PATH", "Windows Registry")) expect_true(would(forced))
  expect_false(would("RETICULATE_PYTHON"))
  expect_false(would(virtualenv = "/my/environment"))
  expect_false(would(makes = FALSE))
  for (no in c("no", "False", "0")) expect_false(would(asked = no))
  expect_true(would(asked = "yes"))
})

test_that("what is found of a Python that does not run yet is what reticulate says", {
  config <- list(python = "/p", forced = "PATH", libpython = "/lib", required_module_path = "/t")
  found <- found_python(config, FALSE)
  expect_identical(found, list(
    path = "/p", running = FALSE, chosen_by = "PATH", managed = FALSE, shared = TRUE,
    has_torch = TRUE
  ))
  bare <- found_python(config["python"], FALSE)
  expect_identical(bare$shared, .Platform$OS.type == "windows")
  expect_false(bare$has_torch)
  running <- found_python(config["python"], TRUE)
  expect_true(running$shared && running$has_torch && running$running)
  expect_identical(
    no_python("why"),
    list(running = FALSE, managed = FALSE, shared = TRUE, has_torch = FALSE, error = "why")
  )
})

test_that("while a Python is looked for nothing is downloaded, and the session is as before", {
  asked <- c("RETICULATE_USE_MANAGED_VENV", "RETICULATE_MINICONDA_ENABLED")
  withr::local_envvar(RETICULATE_USE_MANAGED_VENV = "yes", RETICULATE_MINICONDA_ENABLED = NA)
  withr::local_options(show.error.messages = TRUE)
  inside <- without_downloads(c(Sys.getenv(asked), shown = getOption("show.error.messages")))
  expect_identical(unname(inside), c("no", "FALSE", "FALSE"))
  expect_identical(unname(Sys.getenv(asked, NA)), c("yes", NA))
  expect_true(getOption("show.error.messages"))
  expect_silent(expect_identical(without_downloads(as.integer("a")), NA_integer_))
  withr::local_envvar(RETICULATE_USE_MANAGED_VENV = NA)
  expect_error(without_downloads(stop("no")), "no")
  expect_identical(unname(Sys.getenv(asked, NA)), c(NA_character_, NA_character_))
})

test_that("of a text the first line, and of answers of one type a vector", {
  expect_identical(first_line("a\nb"), "a")
  expect_identical(first_line(""), "")
  expect_identical(simplified(list(1, 2)), c(1, 2))
  expect_identical(simplified(list("a", "b")), c("a", "b"))
  for (kept in list(list(1L, 2), list(1, c(1, 2)), list(factor("a")), list(1, NULL))) {
    expect_identical(simplified(kept), kept)
  }
})

test_that("an error without words is told by its type", {
  skip_if_no_torch()
  folder <- withr::local_tempdir()
  writeLines(c("def fail():", "    raise KeyError()"), file.path(folder, "silent.py"))
  fail <- told(core_folder())$keeping(reticulate::import_from_path("silent", path = folder)$fail)
  error <- tryCatch(fail(), error = python_said)
  expect_identical(error, list(type = "KeyError", text = "KeyError"))
})

test_that("versions of NumPy and torch are text, whatever they are in Python", {
  skip_if_no_torch()
  for (module in c("numpy", "torch")) {
    expect_match(version_of(module), "^[0-9]+[.][0-9]+")
    expect_s3_class(release(version_of(module)), "numeric_version")
  }
  expect_identical(as.character(release("2.1.0rc1")), "2.1.0")
  expect_identical(as.character(release("2.13.0+cpu")), "2.13.0")
})

test_that("what Python was interrupted in interrupts R, and has no result where that is resumed", {
  pass <- function() pass_interrupt(quote(nn_fit()))
  expect_identical(tryCatch(pass(), interrupt = function(condition) "caught"), "caught")
  resumed <- function() {
    withCallingHandlers(pass(), interrupt = function(condition) invokeRestart("resume"))
  }
  expect_refused(resumed(), "interrupt", "interrupted, and has no result", from = "nn_fit")
})

test_that("a tensor crosses as it is, and reticulate's r_to_py() still has its `convert`", {
  skip_if_no_torch()
  x <- torch$ones(2L)
  r_to_py <- getExportedValue("reticulate", "r_to_py")
  expect_identical(r_to_py(x, convert = TRUE), x)
  expect_false(is_converted(r_to_py(x)))
  expect_true(is_converted(x))
  expect_identical(as.array(x + x), array(c(2, 2)))
})

test_that("Python collects its garbage again, once torch and the core are loaded", {
  skip_if_no_torch()
  core()
  gc <- reticulate::import("gc")
  expect_true(gc$isenabled())
  expect_false(without_collecting(gc$isenabled()))
  expect_error(without_collecting(stop("within")), "within")
  expect_true(gc$isenabled())
  gc$disable() # by a user who wants that
  withr::defer(gc$enable())
  without_collecting(1)
  expect_false(gc$isenabled())
})
