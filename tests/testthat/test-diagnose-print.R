checks_of <- function() {
  verdicts <- c("ok", "look", "useless", "unknown")
  tibble::tibble(
    check = c("finite", "same_prediction", "linear", "overfitting", "dead", "dead", "dead",
      "vanishing", "vanishing", "vanishing"),
    layer = c(NA, NA, NA, NA, 1:3, 1:3),
    value = c(0, 0, -1.5, NA, 0, 1, 1, 1e-9, 1e-5, 0.2),
    limit = c(0, 1e-6, 0.3, NA, 0.75, 0.75, 0.75, 1e-3, 1e-3, 1e-3),
    verdict = factor(
      c("ok", "useless", "ok", "unknown", "ok", "look", "look", "look", "look", "ok"), verdicts
    ),
    says = c("", "All one. Try this.", "", "Not known: no rows were held out.", "", "So many.",
      "So few.", "Far too little. Try that.", "Too little.", "")
  )
}

diagnosis <- structure(list(
  checks = checks_of(),
  layers = tibble::tibble(
    layer = 1:4, name = c("0", "2", "4", "6"), units = c(10L, 10L, 8L, 1L),
    activation = c("ReLU", "ReLU", "ReLU", ""), dead = c(0L, 10L, 8L, NA),
    saturated = rep(NA_real_, 4), mean = c(0.5, 0, 0, 1), sd = c(1, 0, 0, 0),
    comes_back = c(1e-9, 1e-5, 0.2, 1), gradient = c(0, 0, 0, 1), weights = rep(0.5, 4),
    ratio = c(0, 0, 0, 2)
  ),
  own_rows = TRUE, fit = "a network with 3 hidden layers"
), class = "nn_diagnose")

test_that("what was found comes first, the worst before all", {
  withr::local_options(width = 80, digits = 7)
  expect_prints("diagnose-print", print(diagnosis))
  printed <- withVisible({
    utils::capture.output(given <- withVisible(print(diagnosis)))
    given
  })$value
  expect_false(printed$visible)
})

test_that("layers of which the same is said are named together", {
  expect_identical(ranges_text(c(1, 2, 3, 5, 7, 8)), "1 to 3, 5, 7, 8")
  lines <- format(diagnosis)
  heading <- "[look] gradient that comes back, layers 1, 2: 1e-09 to 1e-05"
  expect_match(lines, heading, all = FALSE, fixed = TRUE)
  expect_match(lines, "Far too little. Try that.", all = FALSE, fixed = TRUE)
})

test_that("what is well in some layers alone says in which", {
  checks <- diagnosis$checks
  title <- "gradient that comes back"
  of <- checks[rep(which(checks$check == "vanishing")[1], 4), ]
  of$check <- rep(c("vanishing", "exploding"), each = 2)
  of$layer <- c(1L, 2L, 1L, 2L)
  of$verdict[] <- c("look", "ok", "ok", "ok")
  expect_identical(passed_words(title, of), "gradient that comes back, layer 2")
  of$verdict[2] <- "look"
  expect_null(passed_words(title, of))
  of$verdict[] <- "ok"
  expect_identical(passed_words(title, of), title)
})

test_that("where nothing is found it says so", {
  diagnosis$checks$verdict[] <- "ok"
  diagnosis$layers <- diagnosis$layers[0, ]
  expect_output(print(diagnosis), "Nothing was found that should be looked at.", fixed = TRUE)
  expect_output(print(diagnosis), "well: losses that are no numbers; spread of the", fixed = TRUE)
})

test_that("the checks are its table", {
  expect_identical(tidy(diagnosis), diagnosis$checks)
  expect_identical(as.data.frame(diagnosis), as.data.frame(diagnosis$checks))
  expect_refused(as.data.frame(diagnosis, row.names = "a"), "argument", "row.names must be")
  expect_refused(as.data.frame(diagnosis, optional = 2), "argument", "optional must be")
  expect_refused(print(diagnosis, digits = 0), "argument", "digits must be", from = "print")
})

test_that("a fit that diverged has that alone to say", {
  skip_if_no_torch()
  fit <- suppressWarnings(
    nn_fit(mpg ~ wt, mtcars, optimizer = "sgd", learn_rate = 5, epochs = 2000)
  )
  lines <- expect_silent(format(nn_diagnose(fit)))
  expect_match(lines, "[useless] losses that are no numbers", all = FALSE, fixed = TRUE)
  expect_no_match(lines, "Looked at and well")
  expect_silent(drawn(plot(fit, "diagnose")))
})
