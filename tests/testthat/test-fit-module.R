skip_if_no_torch()

as_float <- function(x, fit) as_tensor(x, fit$options$dtype)

test_that("the module gives what predict() gives of the link, in the units of the data", {
  fits <- list(
    nn_fit(mpg ~ wt + hp, mtcars),
    nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 3, penalty = 0, epochs = 20, seed = 1),
    nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 3, seed = 1),
    nn_fit(am ~ wt + hp, transform(mtcars, am = factor(am)), hidden_units = 3, epochs = 5, seed = 1),
    nn_fit(mpg ~ wt + factor(cyl), mtcars, embed = "factor(cyl)", hidden_units = 3, epochs = 5,
      penalty = 0, seed = 1)
  )
  for (fit in fits) {
    module <- nn_module(fit)
    expect_false(module$training)
    given <- as.array(module(as_float(nn_design(fit, mtcars), fit)))
    expect_equal(c(given), unname(c(predict(fit, mtcars, type = "link"))), tolerance = 1e-5)
  }
})

test_that("it is the network itself where nothing was scaled, and a copy", {
  fit <- nn_fit(c ~ u, thermometer, hidden_units = 3, scale = FALSE, epochs = 5, seed = 1)
  module <- nn_module(fit)
  expect_equal(as.array(module[0L]$weight), coef(fit)[["0.weight"]])
  before <- coef(fit)
  with(torch$no_grad(), module[0L]$weight$zero_())
  expect_identical(coef(fit), before)
  u <- as_tensor(cbind(thermometer$u), "float32")
  loss <- mean((module(u) - as_tensor(cbind(thermometer$c), "float32"))^2)
  loss$backward()
  expect_identical(dim(module[0L]$weight$grad), c(3L, 1L))
})

test_that("a fit takes it back, and a module of one's own comes back as it was made", {
  first <- nn_fit(c ~ u, thermometer, hidden_units = 3, penalty = 0, epochs = 30, seed = 1)
  more <- function(fit) {
    nn_fit(c ~ u, thermometer, model = nn_module(fit), scale = FALSE, epochs = 30, seed = 1,
      optimizer = "adam", learn_rate = 0.001)
  }
  second <- more(first)
  expect_equal(
    loss_table(second)$train_loss[1], mean(residuals(first)^2), tolerance = 1e-4
  )
  third <- more(second)
  expect_equal(loss_table(third)$train_loss[1], mean(residuals(second)^2), tolerance = 1e-4)
  path <- withr::local_tempfile()
  saveRDS(second, path)
  key <- as.vector(second$module_key)
  live_modules$held[[key]] <- NULL
  again <- readRDS(path)
  expect_refused(nn_module(again), "module", "needs the torch module")
  expect_s3_class(nn_module(again, nn_module(first)), "torch.nn.modules.module.Module")
})

test_that("what is no fit is refused", {
  expect_refused(nn_module(lm(mpg ~ wt, mtcars)), "argument", "fit must be")
  expect_refused(nn_module(), "argument", "fit")
})
