skip_if_no_torch()

set.seed(2)
sales <- data.frame(
  price = runif(60, 1, 9), shop = factor(rep(c("a", "b", "c"), 20)), days = runif(60, 1, 30)
)
sales$number <- rpois(60, sales$days * exp(1 - sales$price / 8 + (sales$shop == "c")))

expect_scored <- function(fit, newdata, ..., type = "response", tolerance = 1e-10) {
  session <- exported(fit, ...)
  wanted <- unname(as.matrix(predict(fit, newdata, type = type)))
  expect_equal(scored(session, nn_design(fit, newdata)), wanted, tolerance = tolerance)
  invisible(about_file(session))
}

test_that("formulas are columns of the design, and the file names them", {
  skip_if_no_onnx()
  line <- nn_fit(mpg ~ poly(wt, 2) * factor(am) + C(factor(cyl), contr.sum) + log(hp), mtcars)
  said <- expect_scored(line, mtcars[5:9, ])
  expect_identical(said$columns, setdiff(names(coef(line)), "(Intercept)"))
  expect_identical(said$outputs, "mpg")
  expect_identical(said$schema, "4")
  expect_match(said$written_by, "^nnfit [0-9.]+, R [0-9.]+$")
  expect_match(said$formula, "poly(wt, 2) * factor(am)", fixed = TRUE)
  expect_identical(said$variables$name, c("factor(am)", "C(factor(cyl), contr.sum)"))
  expect_identical(said$variables$levels, list(c("0", "1"), c("4", "6", "8")))
  expect_identical(said$variables$terms[[1]], c("factor(am)", "poly(wt, 2):factor(am)"))
  expect_equal(said$variables$contrasts[[2]], unname(contr.sum(3)))
})

# The columns, made of what the file says of factors as its help has it; `frame` has the variables
# of the formula.
columns_said <- function(variables, terms, frame) {
  ways <- jsonlite::fromJSON(variables, simplifyDataFrame = FALSE)
  columns_in <- function(name, term) {
    way <- Filter(function(one) one$name == name && term %in% one$terms, ways)
    if (!length(way)) return(as.matrix(frame[[name]]))
    stopifnot(length(way) == 1)
    place <- match(as.character(frame[[name]]), way[[1]]$levels)
    as.matrix(way[[1]]$contrasts)[place, , drop = FALSE]
  }
  made <- lapply(terms, function(term) {
    Reduce(function(before, own) {
      do.call(cbind, lapply(seq_len(ncol(own)), function(j) before * own[, j]))
    }, lapply(strsplit(term, ":", fixed = TRUE)[[1]], columns_in, term))
  })
  unname(do.call(cbind, made))
}

test_that("what is said of factors makes the columns, however they are coded", {
  d <- transform(mtcars,
    g = factor(cyl), h = factor(gear), v = vs == 1, o = ordered(carb > 2), l = as.character(am)
  )
  expect_made <- function(formula, data = d) {
    fit <- suppressWarnings(nn_fit(formula, data, epochs = 1))
    terms <- fit$blueprint$predictors
    labels <- setdiff(attr(terms, "term.labels"), strata_variables(terms))
    frame <- model.frame(fit$blueprint$predictors, data, na.action = na.pass)
    said <- about_fit(fit)$variables
    wanted <- unname(nn_design(fit, data))
    expect_equal(columns_said(said, labels, frame), wanted, label = deparse1(formula))
    invisible(jsonlite::fromJSON(said, simplifyDataFrame = FALSE))
  }
  in_full <- expect_made(mpg ~ 0 + factor(cyl))
  expect_equal(in_full[[1]]$contrasts, diag(3))
  expect_equal(expect_made(mpg ~ wt:factor(cyl))[[1]]$contrasts, diag(3))
  both <- expect_made(mpg ~ wt:g + g)
  expect_identical(lapply(both, `[[`, "terms"), list("g", "wt:g"))
  expect_equal(lapply(both, `[[`, "contrasts"), list(unname(contr.treatment(3)), diag(3)))
  for (formula in list(
    mpg ~ g * h, mpg ~ g:h, mpg ~ g + g:h, mpg ~ 0 + g:h + wt, mpg ~ 0 + v + g, mpg ~ v:wt + l,
    mpg ~ o * wt, mpg ~ 0 + o + h, mpg ~ 0 + l:v:g, mpg ~ poly(wt, 2):g + h, mpg ~ C(g, sum):wt + g
  )) {
    expect_made(formula)
  }
  withr::with_options(list(contrasts = c("contr.sum", "contr.helmert")), {
    expect_made(mpg ~ 0 + wt:g + h + o)
  })
  expect_made(mpg ~ g + wt:g, transform(d, g = addNA(replace(g, 1:4, NA))))
  skip_if_not_installed("survival")
  Surv <- survival::Surv
  strata <- survival::strata
  lung <- transform(survival::lung, f = factor(ph.ecog), s = factor(sex))
  lung <- lung[!is.na(lung$f), ]
  for (formula in list(
    Surv(time, status) ~ 0 + strata(s) + f + age, Surv(time, status) ~ strata(s) + f:age,
    Surv(time, status) ~ strata(s) * f, Surv(time, status) ~ 0 + strata(s) * f + f:age
  )) {
    expect_made(formula, lung)
  }
})

test_that("classes have a probability each, in the order of their names", {
  skip_if_no_onnx()
  flowers <- nn_fit(Species ~ ., iris, hidden_units = 4, epochs = 20, seed = 1)
  said <- expect_scored(flowers, iris, type = "prob", tolerance = 1e-5)
  expect_identical(said$classes, levels(iris$Species))
  expect_identical(said$outputs, said$classes)
  expect_match(said$formula, "Sepal.Length", fixed = TRUE)
  two <- nn_fit(factor(am) ~ wt, mtcars, seed = 1)
  expect_identical(expect_scored(two, mtcars, type = "prob")$classes, c("0", "1"))
})

test_that("an offset is a second input, that of the formula too", {
  skip_if_no_onnx()
  counts <- nn_fit(number ~ price + shop + offset(log(days)), sales, family = poisson, seed = 1)
  expect_identical(expect_scored(counts, sales)$columns, c("price", "shopb", "shopc"))
  design <- nn_design(counts, sales[1:3, ])
  expect_equal(attr(design, "offset"), matrix(log(sales$days[1:3])))
  given <- nn_fit(number ~ price, sales, offset = log(days), family = poisson, seed = 1)
  session <- exported(given)
  expect_equal(
    scored(session, nn_design(given, sales["price"], offset = log(sales$days))),
    unname(as.matrix(fitted(given))), tolerance = 1e-10
  )
  expect_refused(nn_design(given, sales["price"]), "data", "Missing in newdata: days")
})

test_that("an embedded factor is a position, and its levels are told", {
  skip_if_no_onnx()
  fit <- nn_fit(number ~ price + shop, sales, embed = "shop", hidden_units = 3, epochs = 10,
    seed = 1
  )
  said <- expect_scored(fit, sales, tolerance = 1e-5)
  expect_identical(said$levels, list(shop = c("a", "b", "c")))
  expect_null(said$variables)
  new <- data.frame(price = 2, shop = "elsewhere")
  design <- suppressWarnings(nn_design(fit, new), "nnfit_warning_levels")
  expect_identical(design, cbind(price = 2, shop = 3), ignore_attr = "dimnames")
  session <- exported(fit)
  wanted <- suppressWarnings(unname(predict(fit, new)))
  expect_equal(c(scored(session, design)), wanted, tolerance = 1e-5)
  for (code in c(0.5, 1.5, -1, 99)) {
    expect_equal(c(scored(session, cbind(2, code))), wanted, tolerance = 1e-5)
  }
})

test_that("columns that take no part are named", {
  skip_if_no_onnx()
  expect_warning(
    fit <- nn_fit(number ~ price + I(2 * price) + days, sales, seed = 1), "takes no part"
  )
  said <- expect_scored(fit, sales)
  expect_identical(said$ignored, "I(2 * price)")
})

test_that("fits of frames, matrices, recipes and censored times are exported", {
  skip_if_no_onnx()
  expect_scored(nn_fit(sales[c("price", "shop")], sales$number, seed = 1), sales)
  x <- as.matrix(mtcars[c("wt", "hp")])
  said <- expect_scored(nn_fit(unname(x), mtcars$mpg, seed = 1), unname(x))
  expect_identical(said$columns, c("x1", "x2"))
  expect_scored(nn_fit(x, mtcars[c("mpg", "qsec")], hidden_units = 6, seed = 1), x,
    tolerance = 1e-5
  )
  skip_if_not_installed("survival")
  Surv <- survival::Surv
  lung <- nn_fit(Surv(time, status) ~ age + strata(sex), survival::lung, seed = 1)
  expect_identical(expect_scored(lung, survival::lung)$outcome, "survival")
  skip_if_not_installed("recipes")
  recipe <- recipes::step_normalize(recipes::recipe(mpg ~ wt + hp, mtcars), wt)
  expect_scored(nn_fit(recipe, mtcars, seed = 1), mtcars)
})

test_that("a module of one's own is exported, and needed in another session", {
  skip_if_no_onnx()
  module <- torch$nn$Sequential(torch$nn$Flatten(), torch$nn$Linear(4L, 2L), torch$nn$Tanh(),
    torch$nn$Linear(2L, 1L)
  )
  images <- array(rnorm(160), c(40, 1, 2, 2))
  for (scale in c(TRUE, FALSE)) {
    fit <- nn_fit(images, images[, 1, 1, 1], model = module, epochs = 3, seed = 1, scale = scale)
    expect_identical(expect_scored(fit, images, tolerance = 1e-5)$columns, list())
  }
  expect_scored(fit, images, model = module, tolerance = 1e-5)
  path <- withr::local_tempfile()
  saveRDS(fit, path)
  elsewhere <- readRDS(path)
  elsewhere$module_key <- "another session"
  expect_refused(nn_export(elsewhere, path), "module", "needs the torch module")
})

test_that("numbers are all of the dtype that is asked for", {
  skip_if_no_onnx()
  fit <- nn_fit(number ~ price, sales, hidden_units = 4, epochs = 10, seed = 1)
  session <- exported(fit, dtype = "float32")
  expect_identical(session$get_inputs()[[1]]$type, "tensor(float)")
  expect_identical(session$get_outputs()[[1]]$type, "tensor(float)")
  expect_identical(exported(fit)$get_inputs()[[1]]$type, "tensor(double)")
})

test_that("a fit from a file is exported as it was", {
  skip_if_no_onnx()
  fit <- nn_fit(number ~ price + shop, sales, seed = 1)
  file <- withr::local_tempfile()
  nn_save(fit, file)
  expect_identical(about_file(exported(nn_load(file))), about_file(exported(fit)))
})

test_that("a file is replaced as a whole, and a path that can not be written is told", {
  skip_if_no_onnx()
  fit <- nn_fit(number ~ price, sales, seed = 1)
  folder <- withr::local_tempdir()
  path <- file.path(folder, "m\u00f6del.onnx")
  expect_identical(expect_invisible(nn_export(fit, path)), path)
  size <- file.size(path)
  expect_gt(size, 500)
  nn_export(fit, path)
  expect_identical(list.files(folder, all.files = TRUE, no.. = TRUE), basename(path))
  expect_refused(nn_export(fit, file.path(folder, "none", "a.onnx")), "file", "not be written")
})

test_that("of a fit that is of no use is warned again", {
  skip_if_no_onnx()
  path <- withr::local_tempfile()
  expect_warning(
    fit <- nn_fit(mpg ~ ., mtcars, hidden_units = 4, optimizer = "sgd", learn_rate = 1e3, seed = 1),
    class = "nnfit_warning_diverged"
  )
  expect_warning(nn_export(fit, path), "diverged", class = "nnfit_warning_diverged")
  expect_true(file.exists(path))
})

test_that("numbers beyond float32 are those of predict() in a file in float64", {
  skip_if_no_onnx()
  fit <- nn_fit(number ~ price, sales, hidden_units = 4, epochs = 10, seed = 1, scale = FALSE)
  far <- data.frame(price = c(1e40, -1e40))
  wanted <- unname(as.matrix(predict(fit, far)))
  expect_true(all(is.finite(wanted)))
  design <- nn_design(fit, far)
  expect_false(all(is.finite(scored(exported(fit), design))))
  expect_equal(scored(exported(fit, dtype = "float64"), design), wanted, tolerance = 1e-5)
})

test_that("what is asked is checked, from the user's call", {
  fit <- nn_fit(number ~ price, sales, seed = 1)
  expect_refused(nn_export(1, "a"), "argument", "must be a fit of nn_fit()")
  expect_refused(nn_export(path = "a"), "argument", "fit is missing")
  expect_refused(nn_export(fit), "argument", "path is missing")
  for (path in list(1, tempdir())) {
    expect_refused(nn_export(fit, path), "argument", "path must be", "such as model.onnx")
  }
  expect_refused(nn_export(fit, "a", dtype = "half"), "argument", "dtype must be NULL")
  module <- torch$nn$Linear(1L, 1L)
  expect_refused(nn_export(fit, "a", model = module), "argument", "model must be NULL")
  expect_refused(nn_design(1, sales), "argument", "must be a fit of nn_fit()")
  expect_refused(nn_design(fit), "argument", "newdata is missing")
  expect_refused(nn_design(fit, "a.parquet"), "argument", "newdata must be in memory")
  expect_refused(nn_design(fit, sales["days"]), "data", "Missing: price")
})

test_that("a design has the rows, columns and numbers that predict() goes by", {
  fit <- nn_fit(number ~ price * shop, sales, seed = 1)
  design <- nn_design(fit, sales[7:9, ])
  expected <- model.matrix(~ price * shop, sales)[7:9, -1]
  expect_equal(design, expected, ignore_attr = c("assign", "contrasts"))
  expect_identical(attributes(design)[-1], list(dimnames = dimnames(expected)))
  expect_true(is.na(nn_design(fit, transform(sales[1, ], price = NA))[1]))
})

test_that("without onnxscript the error says what to run", {
  error <- in_new_session(function() {
    reticulate::py_run_string("import sys; sys.modules['onnxscript'] = None")
    tryCatch(nn_export(nn_fit(mpg ~ wt, mtcars, seed = 1), tempfile()), error = identity)
  })
  expect_s3_class(error, "nnfit_error_python")
  expect_match(flat_message(error), "by the Python package onnx")
  expect_match(flat_message(error), "could not be loaded", fixed = TRUE)
  expect_match(flat_message(error), "pip install|install_nnfit\\(packages = c\\(onnx, onnxscript")
  expect_identical(rlang::call_name(conditionCall(error)), "nn_export")
})
