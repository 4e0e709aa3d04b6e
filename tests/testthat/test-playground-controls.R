all_controls <- function() playground_controls(playground_datasets())

test_that("every setting has its control, and begins at one of its values", {
  controls <- all_controls()
  start <- start_settings()
  expect_setequal(names(controls), names(start))
  for (id in names(controls)) {
    if (controls[[id]]$kind %in% c("slide", "choice")) {
      expect_false(is.na(position_of(start[[id]], controls[[id]])), label = id)
    }
  }
})

test_that("what the page is told of a setting, it says back", {
  controls <- all_controls()
  settings <- start_settings()
  settings$learn_rate <- 0.003
  settings$optimizer <- "sgd"
  settings$seed <- 7
  said <- Map(written_control, controls, settings[names(controls)])
  expect_identical(Map(read_control, controls, said), settings[names(controls)])
})

test_that("every activation and optimizer that nnfit knows can be chosen", {
  controls <- all_controls()
  expect_identical(controls$activation$values, catalog("activation")$name)
  expect_identical(controls$optimizer$values[-1], catalog("optimizer")$name)
  expect_identical(controls$optimizer$labels[1], left_to_nnfit)
})

test_that("numbers are written out", {
  expect_identical(
    plain_digits(c(NA, 1e-5, 0.003, 1, 1000)),
    c(left_to_nnfit, "0.00001", "0.003", "1", "1000")
  )
  labels <- unlist(lapply(all_controls(), `[[`, "labels"))
  expect_false(any(grepl("e[+-]", labels)))
})

test_that("a value of the user's own takes its place on the slide", {
  start <- start_settings()
  start$learn_rate <- 0.007
  start$epochs <- 37
  controls <- with_start(all_controls(), start)
  expect_identical(controls$learn_rate$labels[position_of(0.007, controls$learn_rate)], "0.007")
  expect_false(is.unsorted(controls$epochs$values))
  expect_true(is.na(controls$learn_rate$values[1]))
})

test_that("a number that is left empty is none", {
  number <- all_controls()$seed
  expect_identical(read_control(number, NA), NA_real_)
  expect_identical(read_control(number, NULL), NA_real_)
  expect_identical(read_control(number, 3L), 3)
})
