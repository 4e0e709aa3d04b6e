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
  expect_equal(said$variables$contrasts[[2]], unname(contr.sum(3)))
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
  expect_equal(
    c(scored(exported(fit), design)), suppressWarnings(unname(predict(fit, new))),
    tolerance = 1e-5
  )
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
  expect_refused(nn_export(fit, file.path(folder, "none", "a.onnx")), "argument", "not be written")
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
