# What both engines say of a call.
both_say <- function(...) {
  said <- lapply(c("r", "torch"), function(engine) {
    tryCatch(predict(..., engine = engine), error = identity)
  })
  expect_s3_class(said[[2]], "nnfit_error")
  expect_identical(class(said[[1]]), class(said[[2]]))
  expect_identical(conditionMessage(said[[1]]), conditionMessage(said[[2]]))
  said[[1]]
}

test_that("errors are the same", {
  skip_if_no_torch()
  set.seed(6)
  rows <- random_rows(40)
  counts <- nn_fit(count ~ a + offset(k), rows, loss = "poisson_nll")
  new <- rows[1:3, ]
  both_say(counts, new, offset = 1e300)
  both_say(counts, new["a"])
  both_say(counts, transform(new, a = Inf))
  both_say(counts, transform(new, a = "x"))
  both_say(counts, new, type = "class")
  number <- nn_fit(number ~ a, rows, offset = k)
  both_say(number, new, offset = 1e305)
  margins <- nn_fit(kind ~ a, rows, offset = matrix(0.1, 40, 3), loss = "multi_margin")
  both_say(margins, new, offset = matrix(1e305, 3, 3))
  kinds <- nn_fit(kind ~ a, rows, offset = matrix(0.1, 40, 3))
  expect_match(
    flat_message(both_say(kinds, new, offset = 1:3)),
    "offset has 1 column(s), and there are 3 classes. Give a column for each class.",
    fixed = TRUE
  )
  both_say(kinds, new, offset = matrix(0, 3, 2))
  later <- replace(number, "schema", 99L)
  expect_match(flat_message(both_say(later, new, offset = 1)), "made by a later version")
})

test_that("missing values and new levels are answered alike", {
  skip_if_no_torch()
  set.seed(7)
  rows <- random_rows(60)
  new <- rows[1:6, ]
  new$a[2] <- NA
  new$f <- as.character(new$f)
  new$f[3] <- "other"
  new$g <- as.character(new$g)
  new$g[4] <- "other"
  for (embed in list(NULL, TRUE)) {
    fit <- nn_fit(number ~ a + f + g, rows, hidden_units = 3, epochs = 2, embed = embed, seed = 1)
    expect_warning(expect_warning(expect_warning(expect_warning(
      expect_scored(fit, new), class = "nnfit_warning_levels"
    ))))
  }
  suppressWarnings(expect_scored(fit, new, new_levels = "missing"))
})

test_that("the known schema is the core's", {
  skip_if_no_torch()
  expect_identical(known_schema, nn_fit(mpg ~ wt, mtcars)$schema)
})
