one_check <- function(check, layer, value, limit, verdict) {
  verdicts <- c("ok", "look", "useless", "unknown")
  tibble::tibble(check = check, layer = layer, value = value, limit = limit,
    verdict = factor(verdict, verdicts), says = ""
  )
}

diagnosis <- structure(list(checks = rbind(
  one_check("finite", NA, 0, 0, "ok"), one_check("same_prediction", NA, 0, 1e-6, "useless"),
  one_check("linear", NA, -1.5, 0.3, "ok"), one_check("overfitting", NA, NA, NA, "unknown"),
  one_check("dead", 1:3, c(0, 0, 1), 0.75, c("ok", "ok", "look")),
  one_check("vanishing", 1:3, c(1e-9, 1e-5, 0.2), 1e-3, c("look", "look", "ok")),
  one_check("exploding", 1:3, c(1e-9, 1e-5, 0.2), 1e3, "ok")
)), class = "nn_diagnose")

test_that("a value is drawn by how far it is beyond its limit, on either side", {
  checks <- rbind(
    one_check("dead", 1, c(0.375, 0.75, 1.5), 0.75, "ok"),
    one_check("vanishing", 1, 1e-5, 1e-3, "look"),
    one_check("linear", NA, -2, 1, "ok"), one_check("finite", NA, 1, 0, "useless"),
    one_check("finite", NA, 0, 0, "ok"), one_check("linear", NA, NA, NA, "unknown")
  )
  expect_equal(beyond_limit(checks), c(0.5, 1, 2, 100, 0, Inf, NA, NA))
})

test_that("what is not known is not drawn, and layers at one place are one point", {
  picture <- diagnosis_picture(diagnosis)
  expect_identical(picture$titles, c(
    "spread of the predictions", "loss above a linear model's", "share of dead units",
    "gradient that comes back"
  ))
  points <- picture$points
  dead <- points[points$place == 2, ]
  expect_setequal(dead$label, c("1, 2", "3"))
  back <- points[points$place == 1, ]
  expect_identical(back$label[order(-back$ratio)], c("1", "2", "3"))
  expect_equal(sort(back$ratio), c(1 / 200, 100, 1000))
  expect_true(all(points$ratio >= 1e-3 & points$ratio <= 1e3))
})

test_that("of a single layer the number is left out", {
  checks <- diagnosis$checks
  diagnosis$checks <- checks[is.na(checks$layer) | checks$layer == 1, ]
  expect_true(all(diagnosis_picture(diagnosis)$points$label == ""))
  expect_silent(drawn(plot(diagnosis)))
})

test_that("it is drawn in every way, and leaves the settings as they were", {
  expect_silent(drawn(plot(diagnosis, main = "m", xlab = "x", cex = 2, las = 2)))
  expect_par_kept(plot(diagnosis))
  expect_setequal(texts(plot(diagnosis)), setdiff(diagnosis_picture(diagnosis)$points$label, ""))
  skip_if_not_installed("ggplot2")
  plot <- ggplot2::autoplot(diagnosis)
  points <- diagnosis_picture(diagnosis)$points
  expect_equal(10^layer_of(plot, "GeomPoint")$x, points$ratio)
  expect_rendered(plot)
  expect_rendered(ggplot2::autoplot(diagnosis, size = 5))
})

test_that("plot() and autoplot() of a fit draw its diagnosis", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = c(3, 3), epochs = 30, seed = 1)
  diagnosis <- nn_diagnose(fit)
  expect_identical(texts(plot(fit, "diagnose")), texts(plot(diagnosis)))
  expect_identical(texts(plot(fit, "diagnose", data = mtcars)), texts(plot(diagnosis)))
  expect_refused(plot(fit, "diagnose", data = 1:3), "argument", "data must be", from = "plot")
  expect_refused(plot(fit, data = mtcars), "argument", "data is for which = curve", from = "plot")
  skip_if_not_installed("ggplot2")
  expect_rendered(ggplot2::autoplot(fit, "diagnose"))
})

test_that("every part of the picture is as it was", {
  expect_pictures("plot-diagnose", plot(diagnosis), plot(diagnosis, main = "Title"))
  skip_if_no_ggplot_text()
  expect_pictures("autoplot-diagnose", ggplot2::autoplot(diagnosis))
})
