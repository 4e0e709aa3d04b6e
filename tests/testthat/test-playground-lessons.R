# Every lesson shows what its text says.

test_that("a lesson sets what there is, to values that the controls have", {
  controls <- playground_controls(playground_datasets())
  for (lesson in playground_lessons) {
    settings <- lesson_settings(lesson)
    expect_setequal(names(settings), names(controls))
    for (id in names(controls)) {
      if (controls[[id]]$kind %in% c("slide", "choice")) {
        expect_false(is.na(position_of(settings[[id]], controls[[id]])), label = id)
      }
    }
  }
})

test_that("one neuron ends on the line of lm(), and not with fewer epochs", {
  skip_if_no_torch()
  expect_equal(coef(play_lesson("line")$fit), coef(lm(c ~ u, thermometer)), tolerance = 1e-3)
  early <- coef(play_lesson("line", epochs = 20)$fit)
  expect_gt(max(abs(early / coef(lm(c ~ u, thermometer)) - 1)), 0.05)
})

test_that("units of relu bend", {
  skip_if_no_torch()
  run <- play_lesson("bend")
  curve <- as.vector(predict(run$fit, data.frame(u = seq(22, 82, by = 0.5))))
  bends <- sum(abs(diff(diff(curve))) > 1e-4)
  expect_gt(bends, 0)
  expect_lte(bends, 2 * 4)
  expect_lt(run_errors(run)$fit, run_errors(run)$lm)
})

test_that("units are dead, and live with either cure", {
  skip_if_no_torch()
  run <- play_lesson("dead")
  expect_match(run_words(run), "^The network learned nothing")
  expect_true(any(grepl("units of the layer are dead", diagnosis_words(run))))
  spread <- function(...) sd(play_lesson("dead", ...)$fit$fitted)
  expect_lt(spread(), 1e-6)
  expect_gt(spread(scale = TRUE), 5)
  expect_gt(spread(learn_rate = 1e-4), 3)
})

test_that("0.001 is too long a step, 0.0003 is not, and 0.1 is well on standardised data", {
  skip_if_no_torch()
  expect_identical(play_lesson("diverges")$fit$stopped, "diverged")
  expect_identical(play_lesson("diverges", learn_rate = 3e-4)$fit$stopped, "epochs")
  standard <- play_lesson("diverges", learn_rate = 0.1, scale = TRUE)
  expect_equal(coef(standard$fit), coef(lm(c ~ u, thermometer)), tolerance = 1e-4)
})

test_that("two layers overfit, and each cure helps", {
  skip_if_no_torch()
  held_out <- function(...) {
    run <- play_lesson("overfit", ...)
    list(run = run, error = run_errors(run)$fit[["validation"]])
  }
  bad <- held_out()
  losses <- loss_table(bad$run$fit)
  expect_lt(tail(losses$train_loss, 1), losses$train_loss[200] / 5)
  expect_gt(tail(losses$valid_loss, 1), min(losses$valid_loss) * 1.2)
  expect_true(any(grepl("rows held out was less", diagnosis_words(bad$run))))
  expect_gt(parameter_count(bad$run$fit), 1000)
  expect_lt(held_out(penalty = 0.01)$error, bad$error)
  expect_lt(held_out(units_1 = 8, units_2 = 0)$error, bad$error)
  expect_lt(held_out(n = 200)$error, bad$error)
})

test_that("lm() is flat on an even function, one or two units can not follow, and 14 can", {
  skip_if_no_torch()
  error <- function(...) run_errors(play_lesson("even", ...))
  many <- error()
  spread <- sd(play_lesson("even")$rows$y)
  expect_gt(many$lm, 0.95 * spread)
  expect_lt(many$fit, 0.1 * spread)
  expect_gt(error(units_1 = 1)$fit, 4 * many$fit)
  expect_gt(error(units_1 = 2)$fit, 4 * many$fit)
})
