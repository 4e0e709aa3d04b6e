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

test_that("the checks by draws are", {
  same("check_predictions", pairs)
  same("performance_accuracy", pairs[c("lm", "weighted", "logistic")])
  same("performance_cv", pairs[c("lm", "weighted")])
  same(c("performance_pcp", "r2_mckelvey"), pairs["logistic"])
  same("r2_xu", pairs["lm"])
})

test_that("fits are compared by the functions of performance", {
  less <- list(lm(breaks ~ wool, d), nn_fit(breaks ~ wool, d))
  for (name in c("compare_performance", "test_performance", "test_wald", "test_lrt", "test_bf")) {
    compare <- getExportedValue("performance", name)
    one <- pairs$lm[[1]]
    two <- less[[1]]
    expected <- as.data.frame(compare(one, two))
    one <- pairs$lm[[2]]
    two <- less[[2]]
    found <- as.data.frame(compare(one, two))
    expect_equal(found, expected, tolerance = 1e-6, ignore_attr = TRUE, label = name)
    expect_equal(as.data.frame(compare(one, less[[1]]))[-1], expected[-1],
      tolerance = 1e-6, ignore_attr = TRUE, label = name
    )
  }
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  expect_refused(
    performance::compare_performance(one, network), "argument",
    "compare_performance() is for linear models"
  )
})

test_that("a network is refused by name", {
  network <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2, seed = 1)
  for (name in intersect(handed_on$performance, getNamespaceExports("performance"))) {
    ask <- getExportedValue("performance", name)
    expect_refused(ask(network), "argument", paste0(name, "() is for linear models"))
  }
})
