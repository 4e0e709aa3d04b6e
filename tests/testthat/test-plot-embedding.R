skip_if_no_torch()

set.seed(1)
d <- data.frame(x = rnorm(60), f = factor(rep(letters[1:6], 10)), g = rep(c("u", "v", "w"), 20))
d$y <- d$x + as.integer(d$f) + rnorm(60)
fit_of <- function(embed, ...) {
  nn_fit(y ~ x + f + g, d, hidden_units = 3, embed = embed, epochs = 3, seed = 1, ...)
}
# The same numbers everywhere.
with_table <- function(fit, table) {
  fit$parameters[["embed.0.weight"]] <- table
  fit
}

test_that("vectors of two numbers are drawn as they are", {
  fit <- fit_of(list(f = 2))
  picture <- embedding_picture(fit, NULL)
  expect_s3_class(picture, "nn_embedding")
  expect_identical(picture$level, letters[1:6])
  expect_identical(cbind(picture$x, picture$y), unname(coef(fit)$embed.f))
})

test_that("longer ones by their principal components, with the shares of the variance", {
  fit <- fit_of(list(f = 4))
  picture <- embedding_picture(fit, NULL)
  table <- coef(fit)$embed.f
  centred <- sweep(table, 2, colMeans(table))
  values <- eigen(crossprod(centred))$values
  expect_equal(sum(picture$x^2), values[1])
  expect_equal(sum(picture$y^2), values[2])
  expect_match(attr(picture, "labels")$f[1], sprintf("(%.0f%%)", 100 * values[1] / sum(values)),
    fixed = TRUE)
  expect_gt(picture$x[which.max(abs(picture$x))], 0)
  turned <- with_table(fit, -table)
  expect_equal(embedding_picture(turned, NULL)$x, -picture$x * sign(sum(range(-picture$x))) *
    sign(sum(range(picture$x))), tolerance = 1e-3, ignore_attr = TRUE)
})

test_that("one number has the rank of the level beside it", {
  picture <- embedding_picture(fit_of(list(g = 1)), NULL)
  expect_identical(rank(picture$x), picture$y)
})

test_that("of a mean of networks distances are those of all", {
  fit <- fit_of(list(f = 2), members = 3)
  picture <- embedding_picture(fit, NULL)
  table <- side_by_side(coef(fit)$embed.f)
  expect_identical(dim(table), c(6L, 6L))
  expect_identical(unname(table[, 3:4]), unname(coef(fit)$embed.f[2, , ]))
  both <- components(table)
  expect_equal(unname(both$scores[, 1]), picture$x)
})

test_that("levels are named where there is room", {
  expect_setequal(texts(plot(fit_of(list(f = 2)), "embedding")), letters[1:6])
  crowd <- with_table(fit_of(list(f = 2)), matrix(c(0, 1e-9, 2e-9, 1, 2, 3), 6, 2))
  expect_identical(unname(texts(plot(crowd, "embedding"))), c("a", "d", "e", "f"))
})

test_that("several factors have a panel each, and settings come back", {
  two <- fit_of(list(f = 2, g = 1))
  expect_par_kept(plot(two, "embedding"))
  expect_silent(drawn(plot(two, "embedding", main = "m", col = "red", cex = 2)))
  expect_identical(common_labels(list(f = c("number 1", "number 2"), g = c("number", "rank"))),
    c("number 1 or number", "number 2 or rank"))
  skip_if_not_installed("ggplot2")
  plot <- ggplot2::autoplot(two, "embedding")
  expect_equal(nrow(layer_of(plot, "GeomPoint")), 9)
  expect_rendered(plot)
})

test_that("a fit that has embedded nothing is refused", {
  plain <- nn_fit(y ~ x, d, hidden_units = 2, epochs = 2)
  expect_refused(plot(plain, "embedding"), "argument", "This fit has embedded none", from = "plot")
  skip_if_not_installed("ggplot2")
  expect_refused(ggplot2::autoplot(plain, "embedding"), "argument", "embedded none")
})

test_that("the network is drawn with the numbers as inputs", {
  two <- fit_of(list(f = 2, g = 1))
  expect_identical(input_names(two), c("x", "f:1", "f:2", "g:1"))
  expect_silent(drawn(plot(two, "network")))
})

test_that("every part of the picture is as it was", {
  fit <- with_table(fit_of(list(f = 2)), cbind(1:6, c(2, 5, 1, 4, 3, 6)))
  expect_pictures("plot-embedding", plot(fit, "embedding"), plot(fit, "embedding", main = "f"))
  skip_if_no_ggplot_text()
  expect_pictures("autoplot-embedding", ggplot2::autoplot(fit, "embedding"))
})
