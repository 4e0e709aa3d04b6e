skip_if_no_torch()
skip_if_not_installed("performance")

d <- client_data()
local_workspace()
pairs <- client_pairs(c("lm", "weighted", "poisson", "logistic", "gamma"), globalenv())

same <- function(names, pairs) {
  for (name in names) {
    ask <- getExportedValue("performance", name)
    for (pair in names(pairs)) {
      answers <- lapply(pairs[[pair]], function(model) {
        utils::capture.output(answer <- suppressWarnings(withr::with_seed(1, ask(model))))
        answer
      })
      expect_false(is.null(answers[[1]]), label = paste(name, pair))
      expect_equal(unclass(answers[[2]]), unclass(answers[[1]]), tolerance = 1e-6,
        ignore_attr = TRUE, label = paste(name, pair)
      )
    }
  }
}

test_that("indices are those of lm() and glm()", {
  same(c(
    "model_performance", "r2", "performance_aic", "performance_aicc", "performance_mse",
    "performance_mae", "performance_rmse", "check_collinearity", "check_autocorrelation"
  ), pairs)
  same(c("check_heteroscedasticity", "check_normality", "check_outliers"), pairs["lm"])
  same(c(
    "r2_coxsnell", "r2_efron", "r2_mcfadden", "r2_nagelkerke", "r2_tjur", "performance_logloss"
  ), pairs["logistic"])
  same("check_overdispersion", pairs["poisson"])
})

test_that("fits are compared", {
  fits <- list(nn_fit(breaks ~ wool, d), nn_fit(breaks ~ wool + tension, d))
  models <- list(lm(breaks ~ wool, d), lm(breaks ~ wool + tension, d))
  numbers <- function(list) {
    table <- lapply(list, performance::model_performance)
    vapply(table, function(row) c(row$AIC, row$R2, row$RMSE), c(0, 0, 0))
  }
  expect_equal(numbers(fits), numbers(models), tolerance = 1e-8)
})

test_that("a network is refused by name", {
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  pattern <- "^(r2|check|performance|model)_.*[.]nn_fit$|^r2[.]nn_fit$"
  methods <- ls(asNamespace("nnfit"), pattern = pattern)
  methods <- setdiff(sub("[.]nn_fit$", "", methods), c("model_info"))
  expect_gt(length(methods), 15)
  for (name in methods) {
    ask <- getExportedValue("performance", name)
    expect_refused(ask(network), "argument", paste0(name, "() is for linear models"))
  }
})
