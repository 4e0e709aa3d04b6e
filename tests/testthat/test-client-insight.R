skip_if_no_torch()
skip_if_not_installed("insight")

d <- client_data()
local_workspace()
pairs <- client_pairs(c("lm", "weighted", "poisson", "logistic", "gamma"), globalenv())

test_that("insight finds what it finds of lm() and glm()", {
  questions <- c(
    "find_formula", "find_predictors", "find_response", "find_variables", "find_terms",
    "find_parameters", "find_weights", "find_offset", "find_interactions", "get_data",
    "get_parameters", "get_varcov", "model_info", "get_loglikelihood", "loglikelihood", "n_obs",
    "n_parameters", "get_df", "get_statistic", "get_residuals", "get_weights", "get_deviance",
    "get_modelmatrix", "get_response", "get_predictors", "has_intercept", "get_datagrid"
  )
  for (name in questions) {
    ask <- getExportedValue("insight", name)
    for (pair in names(pairs)) {
      answers <- lapply(pairs[[pair]], function(model) suppressWarnings(ask(model)))
      expect_equal(answers[[2]], answers[[1]], tolerance = 1e-6, ignore_attr = TRUE,
        ignore_formula_env = TRUE, label = paste(name, pair)
      )
    }
  }
})

test_that("predictions are those of lm() and glm(), with limits", {
  numbers <- function(model, ...) as.data.frame(insight::get_predicted(model, ...))
  expect_same_answer(pairs, numbers)
  expect_same_answer(pairs["lm"], function(model) numbers(model, data = d[1:3, ], ci = 0.9))
})

test_that("a network has data, and what needs coefficients is refused by name", {
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  expect_equal(insight::get_data(network)$wt, mtcars$wt)
  for (name in c(
    "get_datagrid", "get_df", "get_loglikelihood", "get_predicted", "get_residuals",
    "get_statistic", "loglikelihood", "model_info"
  )) {
    ask <- getExportedValue("insight", name)
    expect_refused(ask(network), "argument", paste0(name, "() is for linear models"))
  }
})
