skip_if_no_torch()

variables_of <- function(fit, data = NULL, user = parent.frame()) {
  rows <- explained_rows(fit, data, NULL, "nn_effects", rlang::current_env(), user)$rows
  explained_variables(fit, rows, rlang::current_env())
}
part_of <- function(variables, name) lapply(variables, `[[`, name)

test_that("a formula's terms say which columns depend on a variable, and whether on it alone", {
  data <- transform(mtcars, am = am == 1, gear = factor(gear), vs = ifelse(vs == 1, "S", "V"))
  fit <- nn_fit(mpg ~ poly(wt, 2) + hp * am + gear + vs + I(disp / qsec) + log(drat), data,
    epochs = 2
  )
  names <- column_terms(fit)
  found <- variables_of(fit)
  at <- function(name) names[found[[name]]$columns]
  expect_identical(names(found), c("wt", "hp", "am", "gear", "vs", "disp", "qsec", "drat"))
  expect_identical(at("wt"), c("poly(wt, 2)1", "poly(wt, 2)2"))
  expect_identical(at("hp"), c("hp", "hp:amTRUE"))
  expect_identical(at("gear"), c("gear4", "gear5"))
  expect_identical(at("disp"), "I(disp/qsec)")
  expect_identical(unlist(part_of(found, "alone")), c(
    wt = TRUE, hp = FALSE, am = FALSE, gear = TRUE, vs = TRUE, disp = FALSE, qsec = FALSE,
    drat = TRUE
  ))
  expect_identical(unlist(part_of(found, "kind"))[1:5], c(
    wt = "number", hp = "number", am = "logical", gear = "factor", vs = "string"
  ))
  expect_identical(part_of(found, "others")[c("wt", "hp", "disp")], list(
    wt = character(), hp = "am", disp = "qsec"
  ))
  expect_identical(found$vs$levels, c("S", "V"))
  expect_identical(found$wt$usual, median(mtcars$wt))
  expect_identical(found$gear$usual, factor("3", levels(data$gear)))
  expect_identical(found$am$usual, FALSE)
  expect_identical(found$vs$usual, "V")
})

test_that("a number that the formula makes a factor of has its values as levels", {
  found <- variables_of(nn_fit(mpg ~ factor(cyl) + I(wt > 3) + hp, mtcars, epochs = 2))
  expect_identical(found$cyl$kind, "factor")
  expect_identical(found$cyl$levels, c(4, 6, 8))
  expect_identical(found$cyl$usual, 8)
  expect_identical(unlist(part_of(found, "smooth")), c(cyl = FALSE, wt = FALSE, hp = TRUE))
})

test_that("offsets and strata are told from predictors", {
  fit <- nn_fit(carb ~ wt + offset(log(hp)), mtcars, loss = "poisson_nll")
  expect_identical(unlist(part_of(variables_of(fit), "part")), c(wt = "predictor", hp = "offset"))
  skip_if_not_installed("survival")
  lung <- na.omit(getExportedValue("survival", "lung")[c("time", "status", "age", "sex")])
  fit <- nn_fit(Surv(time, status) ~ age + strata(sex), lung)
  expect_identical(unlist(part_of(variables_of(fit), "part")), c(age = "predictor", sex = "strata"))
  expect_identical(variables_of(fit)$age$columns, 1L)
})

test_that("other interfaces have their columns", {
  x <- as.matrix(mtcars[c("wt", "hp")])
  found <- variables_of(nn_fit(x, mtcars$mpg, epochs = 2))
  expect_identical(unname(part_of(found, "columns")), list(1L, 2L))
  frame <- data.frame(wt = mtcars$wt, cyl = factor(mtcars$cyl), hp = mtcars$hp)
  found <- variables_of(nn_fit(frame, mtcars$mpg, epochs = 2))
  expect_identical(lengths(part_of(found, "columns")), c(wt = 1L, cyl = 2L, hp = 1L))
  expect_true(all(unlist(part_of(found, "alone"))))
  embedded <- nn_fit(mpg ~ wt + cyl, transform(mtcars, cyl = factor(cyl)), embed = list(cyl = 2),
    hidden_units = 2, epochs = 2
  )
  found <- variables_of(embedded, transform(mtcars, cyl = factor(cyl)))
  expect_identical(found$cyl$columns, 2L)
  expect_identical(found$cyl$levels, c("4", "6", "8"))
  skip_if_not_installed("recipes")
  recipe <- recipes::step_pca(recipes::recipe(mpg ~ wt + hp, mtcars), wt, hp, num_comp = 2)
  found <- variables_of(nn_fit(recipe, mtcars, epochs = 2))
  expect_false(found$wt$alone)
  expect_identical(found$wt$others, "hp")
  expect_identical(found$wt$columns, 1:2)
})

test_that("a variable is named by its name", {
  variables <- list(wt = list(name = "wt"), hp = list(name = "hp"))
  expect_identical(one_variable(variables, "wt", "variables", NULL), list(name = "wt"))
  expect_error(one_variable(variables, "Wt", "variables", NULL), "Did you mean")
  expect_error(one_variable(variables, 1, "variables", NULL), "must be the name of a variable")
})
