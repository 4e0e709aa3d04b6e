skip_if_no_torch()
skip_on_cran() # it takes long; `make test` has it

saved <- function(fit, frame = parent.frame()) {
  path <- withr::local_tempfile(fileext = ".safetensors", .local_envir = frame)
  nn_save(fit, path)
  path
}

reload <- function(fit) nn_load(saved(fit))

d <- data.frame(
  y = sin(1:40) + 1.5, x = cos(1:40), z = (1:40) / 7 + 1, n = rep(c(4, 6, 8, 10), 10),
  g = factor(rep(c("a", "b", "c"), length.out = 40)), s = rep(c("u", "v"), 20),
  o = ordered(rep(c("lo", "mid", "hi"), c(14, 13, 13)), c("lo", "mid", "hi")),
  l = rep(c(TRUE, FALSE), c(25, 15))
)
fits_of_formulas <- function() {
  k <- 3
  withr::local_options(contrasts = c("contr.treatment", "contr.poly"))
  list(
    nn_fit(y ~ x * g + o, d, seed = 1),
    nn_fit(y ~ poly(x, 3) + log(z) + I(z^2) + sqrt(z) + exp(-z), d, seed = 1),
    nn_fit(y ~ splines::ns(x, 3) * s + splines::bs(z, df = 5), d, seed = 1),
    nn_fit(y ~ factor(n) + scale(z) + (x > 0) + l:x, d, seed = 1),
    suppressWarnings(nn_fit(y ~ g:s + x - 1 + offset(z / k), d, seed = 1)),
    nn_fit(y ~ C(g, contr.sum) + C(factor(s), contr.helmert) + poly(z, 2, raw = TRUE), d, seed = 1),
    nn_fit(y ~ x + g, d, hidden_units = 3, epochs = 5, embed = "g", seed = 1),
    nn_fit(g ~ x + z + ifelse(s == "u", x, 0) + pmin(x, z), d, hidden_units = 3, epochs = 5,
      seed = 1
    ),
    nn_fit(cbind(y, z) ~ x + s, d, seed = 1),
    nn_fit(y ~ 1, d, seed = 1)
  )
}

test_that("a fit comes back as it was", {
  for (fit in fits_of_formulas()) {
    again <- reload(fit)
    expect_equal(unclass(again), unclass(fit), ignore_formula_env = TRUE, tolerance = 0)
    expect_identical(predict(again, d), predict(fit, d))
    expect_identical(utils::capture.output(print(again)), utils::capture.output(print(fit)))
  }
})

test_that("fits of data frames, matrices and arrays come back", {
  x <- as.matrix(d[c("x", "z")])
  for (fit in list(
    nn_fit(d[c("x", "z")], d$y, seed = 1), nn_fit(x, d$y, seed = 1),
    nn_fit(unname(x), d$y, seed = 1),
    nn_fit(y ~ x, d, seed = 1, weights = z, subset = x > 0),
    nn_fit(y ~ x, replace(d, "x", c(NA, d$x[-1])), seed = 1, na.action = na.exclude)
  )) {
    expect_equal(unclass(reload(fit)), unclass(fit), ignore_formula_env = TRUE, tolerance = 0)
    expect_identical(fitted(reload(fit)), fitted(fit))
    expect_identical(residuals(reload(fit)), residuals(fit))
  }
})

test_that("it summarises and updates as one from readRDS() does", {
  fit <- nn_fit(y ~ x + g, d, seed = 1, family = Gamma("log"))
  again <- reload(fit)
  expect_equal(coef(summary(again)), coef(summary(fit)))
  expect_identical(family(again)$link, "log")
  expect_equal(coef(update(again, . ~ . - g)), coef(update(fit, . ~ . - g)))
  expect_equal(AIC(again), AIC(fit))
  expect_equal(model.matrix(again), model.matrix(fit))
})

test_that("censored times come back with their strata", {
  skip_if_not_installed("survival")
  lung <- survival::lung
  Surv <- survival::Surv
  fit <- nn_fit(Surv(time, status) ~ age + strata(sex), lung, seed = 1)
  again <- reload(fit)
  expect_identical(predict(again, lung), predict(fit, lung))
  expect_equal(
    predict(again, lung[1:3, ], type = "survival", times = 200),
    predict(fit, lung[1:3, ], type = "survival", times = 200)
  )
})

test_that("a module is given again, and a loss of one's own is not kept", {
  module <- torch$nn$Linear(1L, 1L)
  x <- matrix(d$x)
  fit <- nn_fit(x, d$y, model = module, epochs = 3, seed = 1)
  again <- reload(fit)
  expect_refused(predict(again, x), "module", "needs the torch module")
  expect_equal(predict(again, x, model = module), predict(fit, x))
  absolute <- function(p, t) (p - t)$abs()$mean()
  own <- nn_fit(x, d$y, loss = absolute, epochs = 3, seed = 1,
    optimizer = "adam"
  )
  expect_null(reload(own)$own_loss)
  expect_identical(predict(reload(own), x), predict(own, x))
})

test_that("Python reads what R wrote, and predicts the same", {
  python <- reticulate::import_from_path("nnfit.core", path = core_folder())
  for (fit in fits_of_formulas()) {
    path <- saved(fit) # here: the frame of an argument ends with the call
    read <- python$load(path)
    columns <- lapply(d, function(column) if (is.factor(column)) as.character(column) else column)
    expect_equal(unname(as.matrix(python$predict(read, columns))), unname(as.matrix(
      if (is.null(fit$outcome$levels)) predict(fit, d) else predict(fit, d, type = "prob")
    )), tolerance = 1e-6)
  }
})

test_that("R reads what Python wrote, and predicts the same", {
  read <- nn_load(test_path("fixtures", "fit-python.safetensors"))
  rows <- fixture("fit-python.csv")
  expect_equal(unname(predict(read, rows[3:1])), unname(as.matrix(rows[4:6])), tolerance = 1e-6)
  expect_output(print(read), "Fitted on 150 rows")
  expect_refused(fitted(read), "argument", "A fit from Python holds no predictions for its rows")
  expect_refused(residuals(read), "argument", "from Python")
  expect_refused(update(read), "argument", "without a formula")
  expect_identical(generics::glance(read)$nobs, 150L)
  expect_identical(coef(reload(read)), coef(read))
})

test_that("an estimator of scikit-learn reads what R wrote, and R what it writes", {
  skip_if_not(reticulate::py_module_available("sklearn"), "needs scikit-learn")
  estimators <- reticulate::import_from_path("nnfit.estimators", path = core_folder())
  pandas <- reticulate::import("pandas")
  fit <- nn_fit(mpg ~ wt + factor(cyl), mtcars)
  path <- saved(fit)
  read <- estimators$Regressor$load(path)
  rows <- pandas$DataFrame(lapply(mtcars, as.list))
  expect_equal(as.vector(read$predict(rows)), unname(predict(fit, mtcars)), tolerance = 1e-9)
  made <- estimators$Regressor()$fit(as.matrix(mtcars[c("wt", "hp")]), mtcars$mpg)
  made$save(path)
  expect_equal(
    unname(coef(nn_load(path))), unname(coef(lm(mpg ~ wt + hp, mtcars))), tolerance = 1e-8
  )
})

test_that("files of earlier schemas are read", {
  table <- fixture("fit-schemas.csv")
  for (schema in 1:3) for (kind in c("net", "lin")) {
    fit <- nn_load(test_path("fixtures", sprintf("fit-schema-%d-%s.safetensors", schema, kind)))
    rows <- table[table$schema == schema & table$fit == kind, ]
    expect_equal(
      unname(predict(fit, matrix(thermometer$u))), rows$prediction, tolerance = 1e-6
    )
    expect_output(print(fit), "Fitted on")
    expect_output(print(summary(fit)), "Fitted on")
  }
})

test_that("the file of this schema is read, and means the same", {
  fit <- nn_load(test_path("fixtures", "fit-r.safetensors"))
  expect_identical(fit$schema, 4L)
  rows <- fixture("fit-r.csv")
  rows$wide <- ordered(rows$wide, fit$blueprint$levels$wide)
  expect_equal(unname(suppressWarnings(predict(fit, rows))), rows$prediction, tolerance = 1e-6)
})

test_that("a file is read where Python is not", {
  fit <- nn_fit(y ~ poly(x, 2) + g, d, seed = 1)
  path <- saved(fit)
  found <- in_new_session(function(path) {
    Sys.setenv(RETICULATE_PYTHON = "/none")
    fit <- nn_load(path)
    again <- tempfile()
    nn_save(fit, again)
    list(
      coef = coef(nn_load(again)), printed = utils::capture.output(print(fit)),
      python = reticulate::py_available()
    )
  }, list(path))
  expect_identical(found$coef, coef(fit))
  expect_identical(found$printed, utils::capture.output(print(fit)))
  expect_false(found$python)
})

test_that("code from a stranger is not run", {
  hacked <- withr::local_tempfile()
  fit <- nn_fit(y ~ x, d, seed = 1)
  evil <- call("system", paste("touch", hacked))
  fit$call$hidden_units <- evil
  path <- saved(fit)
  expect_message(again <- nn_load(path), "system\\(\\)", class = "nnfit_message_file")
  expect_error(update(again), "run only after nn_load(trust = TRUE)", fixed = TRUE)
  expect_identical(nn_load(path, trust = TRUE)$call, fit$call)

  terms <- fit$blueprint$predictors
  attr(terms, "predvars")[[2]] <- quote(system(x))
  fit$blueprint$predictors <- terms
  expect_refused(nn_load(saved(fit)), "file", "formula that calls system()", "trust = TRUE")
  expect_false(file.exists(hacked))
})

test_that("what a file can not hold is refused by name", {
  own <- function(x) x + 1
  path <- withr::local_tempfile()
  fit <- nn_fit(y ~ own(x), d, seed = 1)
  expect_refused(nn_save(fit, path), "file", "own is a function", "saveRDS")
  expect_false(file.exists(path))
  expect_refused(nn_save(1, path), "argument", "fit must be a fit of nn_fit()")
  expect_refused(nn_save(path = path), "argument", "fit is missing")
  expect_refused(nn_save(fit), "argument", "path is missing")
  expect_refused(nn_save(fit, 1), "argument", "path must be the name of a file")
  expect_refused(nn_load(), "argument", "path is missing")
  expect_refused(nn_load(path), "file", "no file that is there")
  expect_refused(nn_load(path, trust = NA), "argument", "trust must be")
  fit <- nn_fit(y ~ x, d, seed = 1)
  expect_refused(nn_save(fit, file.path(path, "a")), "file", "can not be written")
  skip_if_no_recipes()
  recipe <- recipes::recipe(y ~ x, d)
  expect_refused(nn_save(nn_fit(recipe, d, seed = 1), path), "argument", "made by a recipe")
})

test_that("a file of something else is told", {
  path <- withr::local_tempfile()
  writeLines("a text that is no fit", path)
  expect_refused(nn_load(path), "file", "can not be read", "no safetensors file")
  write_safetensors(path, list(a = array(1, 1)), list())
  expect_refused(nn_load(path), "file", "but not of a fit of nnfit")
  write_safetensors(path, list(), list(format = "nnfit", version = "2"))
  expect_refused(nn_load(path), "file", "another version than 1")
  write_safetensors(path, list(), list(format = "nnfit", version = "1"))
  expect_refused(nn_load(path), "file", "lacks the field fit")
})

test_that("changed files are read or refused by name", {
  withr::local_seed(1)
  for (name in c("fit-r", "fit-python", "fit-schema-3-net")) {
    path <- test_path("fixtures", paste0(name, ".safetensors"))
    bytes <- readBin(path, "raw", file.size(path))
    parts <- split_file(bytes)
    whole <- withr::local_tempfile()
    writeBin(join_file(parts), whole)
    expect_s3_class(nn_load(whole), "nn_fit")
    found <- fuzz_files(path, as.integer(Sys.getenv("NNFIT_FUZZ", "100")))
    expect_identical(found$faults, character())
    expect_lt(found$slowest, 10)
    expect_lt(found$megabytes, 250) # with what R has not yet collected
    expect_gt(found$counts[["read"]], 0)
    expect_gt(found$counts[["refused"]], 0)
  }
})
