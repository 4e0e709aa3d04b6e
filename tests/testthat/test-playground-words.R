test_that("numbers are short and plain", {
  expect_identical(said(1234.567), "1230")
  expect_identical(said(0.000123456), "0.000123")
  expect_identical(said(0), "0")
  expect_identical(said(2.5e12), "2.5e+12")
})

test_that("errors are those of the fit and of lm(), by the rows", {
  skip_if_no_torch()
  run <- play_run(data = "mtcars", validation = 0.25, epochs = 50)
  errors <- run_errors(run)
  held <- run$fit$validation_rows
  fitted <- as.vector(predict(run$fit, mtcars))
  expect_equal(errors$fit[["validation"]], sqrt(mean((mtcars$mpg - fitted)[held]^2)),
    tolerance = 1e-5)
  line <- lm(mpg ~ wt, mtcars[-held, ])
  expect_equal(errors$lm[["training"]], sqrt(mean(residuals(line)^2)))
  expect_equal(errors$lm[["validation"]],
    sqrt(mean((mtcars$mpg - predict(line, mtcars))[held]^2)))
  words <- run_words(run)
  for (number in unlist(errors)) expect_match(words, said(number), fixed = TRUE)
  expect_match(words, "After 50 epochs the network is off by")
  expect_match(words, "on 24 rows of training, and by .* on 8 held out")
})

test_that("the verdict is of the rows held out, if there are any", {
  fit <- c(training = 1, validation = 3)
  lm <- c(training = 2, validation = 2)
  expect_match(verdict_words(list(fit = fit, lm = lm), FALSE), "In training it is closer")
  expect_match(verdict_words(list(fit = fit, lm = lm), TRUE), "not seen it is farther off")
  expect_match(verdict_words(list(fit = lm, lm = lm), FALSE), "as far off as lm()", fixed = TRUE)
})

test_that("a line is said by its coefficients, which are lm()'s", {
  skip_if_no_torch()
  run <- play_run(units_1 = 0)
  expect_identical(line_words(run), "The line: c = -17.3 + 0.5368 u")
  expect_match(run_words(run), "epochs (converged) the line is off by", fixed = TRUE)
  expect_match(run_words(run), "as far off as lm()", fixed = TRUE)
  expect_null(line_words(play_run()))
})

test_that("a fit that diverged is said to have", {
  skip_if_no_torch()
  run <- play_lesson("diverges")
  expect_match(run_words(run), "^Training diverged: the loss was no number any more at epoch 222")
  expect_match(curve_alt(run), "there is no curve")
  expect_match(loss_alt(run), "no number (epoch 222)", fixed = TRUE)
  expect_identical(units_alt(run), "No units to show.")
  expect_match(diagnosis_words(run), "no longer a number")
  expect_null(line_words(run))
})

test_that("pictures are told with their values", {
  skip_if_no_torch()
  run <- play_run(data = "sine", validation = 0.25)
  at <- seq(min(run$rows$x), max(run$rows$x), length.out = 5)
  curve <- as.vector(predict(run$fit, data.frame(x = at)))
  alt <- curve_alt(run)
  expect_match(alt, "40 rows", fixed = TRUE)
  expect_match(alt, "10 of them held out", fixed = TRUE)
  expect_match(alt, paste(vapply(curve, said, ""), collapse = ", "), fixed = TRUE)
  losses <- loss_table(run$fit)
  expect_match(loss_alt(run), paste0(said(losses$train_loss[500]), " (epoch 500)"), fixed = TRUE)
  expect_match(loss_alt(run), paste("at epoch", which.min(losses$valid_loss)), fixed = TRUE)
  expect_match(units_alt(run), "unit 4 goes from")
  expect_match(units_alt(play_lesson("dead")), "unit 1 is flat at 0", fixed = TRUE)
  expect_match(units_alt(play_run(units_1 = 20)), "and 4 more", fixed = TRUE)
  expect_identical(network_alt(play_run(units_1 = 3, units_2 = 2)),
    "Drawing of the network: 1 input, then 3 units, then 2 units, then 1 output; 17 parameters.")
})

test_that("where there is no fit it is said why", {
  run <- play_run(seed = NA_real_)
  expect_match(run_words(run), "^No fit: .*seed.* must be a whole number")
  expect_identical(diagnosis_words(run), character())
  for (alt in list(curve_alt, loss_alt, units_alt, network_alt)) expect_match(alt(run), "^No ")
})

test_that("what nn_diagnose() finds is said, or that it finds nothing", {
  skip_if_no_torch()
  expect_match(diagnosis_words(play_run()), "finds nothing")
  expect_true(any(grepl("^Layer 1: ", diagnosis_words(play_lesson("dead")))))
})
