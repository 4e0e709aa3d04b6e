test_that("every picture has a title, for both systems", {
  for (picture in fixed_pictures()) {
    title <- picture_title(picture)
    expect_true(rlang::is_string(title) && nzchar(title))
    expect_true(title %in% words_of(plot(picture)))
    if (requireNamespace("ggplot2", quietly = TRUE)) {
      expect_identical(ggplot2::autoplot(picture)$labels$title, title)
    }
  }
})

test_that("a title of the user's own, none, or an empty one is taken", {
  for (picture in fixed_pictures()) {
    said <- words_of(plot(picture, main = "Mine"))
    expect_true("Mine" %in% said)
    expect_false(picture_title(picture) %in% said)
    expect_false(picture_title(picture) %in% words_of(plot(picture, main = NULL)))
    expect_false(picture_title(picture) %in% words_of(plot(picture, main = "")))
  }
})

test_that("where the margins leave a title no room there is none, unless it is asked for", {
  tight <- function(code) {
    words_of({
      graphics::par(mar = c(4, 4, 0.5, 0.5))
      code
    })
  }
  pictures <- fixed_pictures()
  # These have margins of their own.
  for (name in setdiff(names(pictures), c("network", "confusion", "activations", "search"))) {
    picture <- pictures[[name]]
    expect_false(picture_title(picture) %in% tight(plot(picture)))
    expect_true("Mine" %in% tight(plot(picture, main = "Mine")))
  }
})

test_that("whatever plot() draws, autoplot() draws", {
  lines <- readLines(file.path(source_root(), "NAMESPACE"))
  classes_of <- function(generic) {
    start <- paste0("^S3method\\(", generic, ",(.*)\\)$")
    sub(start, "\\1", grep(start, lines, value = TRUE))
  }
  drawn <- classes_of("plot")
  expect_gt(length(drawn), 15)
  expect_setequal(classes_of("ggplot2::autoplot"), drawn)
  titled <- setdiff(drawn, c("nn_fit", "lm_compare", "nn_effects", "nn_tune", "nn_shap"))
  expect_setequal(names(picture_titles), titled)
  expect_setequal(vapply(fixed_pictures(), function(x) intersect(class(x), titled), ""), titled)
})

test_that("the axis of losses says which", {
  expect_identical(loss_title(list(loss = "mse", reduction = "mean")), "mean squared error")
  expect_identical(loss_title(list(loss = "mse", reduction = "sum")), "squared error (sum)")
  expect_identical(loss_title(list(loss = list("quantile", level = 0.9))), "quantile loss")
})

test_that("every loss has a name for its axis", {
  labels <- c(catalog("loss")$label, own_losses()$label)
  expect_true(all(nzchar(labels)) && !anyNA(labels))
})

test_that("the losses of fits, folds, penalties and step sizes are named", {
  skip_if_no_torch()
  classes <- suppressWarnings(nn_fit(Species ~ Petal.Width, iris, epochs = 2))
  expect_identical(words_of(plot(classes))[3], "cross-entropy")
  expect_identical(words_of(plot(loss_table(classes)))[3], "cross-entropy")
  cv <- nn_cv(mpg ~ wt, mtcars, folds = 2, loss = "l1", seed = 1)
  expect_identical(words_of(plot(cv))[3], "mean absolute error")
  found <- nn_fit(mpg ~ wt, mtcars, learn_rate = "find", optimizer = "sgd", epochs = 5, seed = 1)
  expect_identical(words_of(plot(found, "learn_rate"))[3], "mean squared error in the trial run")
  ways <- lm_compare(mpg ~ wt, mtcars, methods = c("qr", "sgd"), epochs = 5)
  expect_identical(words_of(plot(ways, "loss"))[3], "mean squared error")
  square <- function(output, y) (output - y)$square()$mean()
  own <- nn_fit(mpg ~ wt, mtcars, loss = square, epochs = 2)
  expect_identical(words_of(plot(own))[3], "loss of one's own")
})

test_that("what is computed of a column has not its label", {
  frame <- data.frame(a = structure(1:2, label = "Label"), b = 1:2)
  frame[["log(a)"]] <- structure(1:2, label = "Label")
  frame[["two words"]] <- 1:2
  expect_identical(frame_titles(frame), c("Label", "b", "log(a)", "two words"))
})

test_that("a loss is called minus the log-likelihood only where it is that, with its constants", {
  skip_if_no_torch()
  data <- data.frame(x = wave(40), count = rep(c(0, 3, 1, 7), 10), size = 2 + wave(40))
  losses <- catalog("loss")[grepl("_nll$", catalog("loss")$name), ]
  expect_gt(nrow(losses), 5)
  for (k in seq_len(nrow(losses))) {
    y <- if (losses$name[k] %in% c("poisson_nll", "negative_binomial_nll")) "count" else "size"
    fit <- suppressWarnings(nn_fit(
      stats::reformulate("x", y), data, loss = losses$name[k], scale = FALSE, epochs = 300, seed = 1
    ))
    lacks <- as.numeric(-logLik(fit)) / 40 - utils::tail(loss_table(fit)$train_loss, 1)
    expect_identical(startsWith(losses$label[k], "minus "), isTRUE(abs(lacks) < 1e-3))
  }
})
