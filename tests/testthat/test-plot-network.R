skip_if_no_torch()

fit <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 3, epochs = 20, seed = 1)
units_of <- function(picture) attr(picture, "units")

test_that("every weight is an edge from its input to its output", {
  edges <- network_picture(fit, FALSE, NULL)
  expect_identical(nrow(edges), 2L * 3L + 3L * 1L)
  for (row in seq_len(nrow(edges))) {
    weight <- fit$parameters[[c("0.weight", "2.weight")[edges$layer[row]]]]
    expect_identical(edges$weight[row], weight[edges$to[row], edges$from[row]])
  }
  expect_false(is.unsorted(abs(edges$weight)))
})

test_that("edges end where the units stand", {
  edges <- network_picture(fit, FALSE, NULL)
  units <- units_of(edges)
  at <- function(layer, unit, what) {
    units[[what]][match(paste(layer, unit), paste(units$layer, units$unit))]
  }
  for (what in c("x", "y")) {
    expect_identical(edges[[what]], at(edges$layer, edges$from, what))
    expect_identical(edges[[paste0(what, "end")]], at(edges$layer + 1, edges$to, what))
  }
})

test_that("biases are edges from a unit 0 above all others", {
  edges <- network_picture(fit, TRUE, NULL)
  biases <- edges[edges$from == 0, ]
  expect_identical(nrow(biases), 4L)
  first <- biases[biases$layer == 1, ]
  expect_identical(first$weight[order(first$to)], as.vector(fit$parameters[["0.bias"]]))
  units <- units_of(edges)
  expect_gt(min(units$y[units$kind == "bias"]), max(units$y[units$kind == "unit"]))
  without <- nn_fit(mpg ~ wt - 1, mtcars)
  expect_identical(nrow(network_picture(without, TRUE, NULL)), 1L)
})

test_that("a skip connection leads from the inputs to the outputs, past the units between", {
  fit <- nn_fit(mpg ~ wt + hp + qsec, mtcars,
    hidden_units = c(3, 3), norm = "batch_norm", residual = TRUE, skip = TRUE, epochs = 2, seed = 1
  )
  for (bias in c(FALSE, TRUE)) {
    edges <- network_picture(fit, bias, NULL)
    skip <- edges[edges$layer == 0, ]
    expect_identical(nrow(skip), 2L * 3L) # two pieces each
    expect_identical(skip$weight, fit$parameters[["skip.weight"]][1, skip$from])
    expect_identical(range(skip$x), c(1, 2.5))
    expect_identical(range(skip$xend), c(2.5, 4))
    first <- skip[skip$x == 1, ]
    second <- skip[skip$x > 1, ]
    second <- second[match(first$from, second$from), ]
    expect_identical(first$yend, second$y)
    expect_true(all(second$yend == 0))
  }
  expect_identical(
    attr(edges, "captions"),
    c("3 inputs", "3 batch_norm relu", "3 batch_norm relu", "1 output")
  )
  expect_identical(sum(edges$layer > 0), 3L * 3L * 2L + 3L + 7L)
})

test_that("inputs and outputs have their names, layers their sizes", {
  picture <- network_picture(fit, FALSE, NULL)
  expect_identical(end_units(picture, "inputs")$label, c("wt", "hp"))
  expect_identical(end_units(picture, "outputs")$label, "mpg")
  expect_identical(attr(picture, "captions"), c("2 inputs", "3 relu", "1 output"))
  names_of <- function(fit) end_units(network_picture(fit, FALSE, NULL), "outputs")$label
  expect_identical(names_of(nn_fit(Species ~ ., iris,
    optimizer = "adam", epochs = 2)), levels(iris$Species))
  cars <- transform(mtcars, am = factor(am, labels = c("auto", "manual")))
  expect_identical(names_of(nn_fit(am ~ wt, cars)), "manual")
  expect_identical(names_of(nn_fit(cbind(mpg, qsec) ~ wt, cars)), c("mpg", "qsec"))
  blank <- nn_fit(mpg ~ `wt 1`, transform(mtcars, `wt 1` = wt, check.names = FALSE))
  expect_identical(input_names(blank), "wt 1")
})

test_that("of a large layer 11 units are drawn, the right ones, and a gap", {
  expect_identical(layer_units(1, 12)$unit, 1:12)
  units <- layer_units(1, 100L)
  expect_identical(units$unit[units$kind == "unit"], c(1:6, 96:100))
  expect_identical(sum(units$kind == "gap"), 3L)
  expect_identical(range(units$y), range(layer_units(1, 12)$y))
  expect_false(is.unsorted(-units$y))
  large <- nn_fit(mpg ~ ., mtcars, hidden_units = c(40, 20), epochs = 2, seed = 1)
  picture <- network_picture(large, FALSE, NULL)
  expect_identical(nrow(picture), 10L * 11L + 11L * 11L + 11L)
  last <- picture[picture$layer == 3 & picture$from == 20, ]
  expect_identical(last$weight, large$parameters[["4.weight"]][1, 20])
  expect_identical(attr(picture, "captions")[2], "40 relu")
})

test_that("a module of one's own is drawn where its layers follow each other", {
  nn <- torch$nn
  own <- function(...) {
    nn_fit(mpg ~ wt + hp, mtcars, model = nn$Sequential(...), epochs = 2, seed = 1)
  }
  chain <- own(nn$Linear(2L, 3L), nn$BatchNorm1d(3L), nn$ReLU(), nn$Linear(3L, 1L))
  expect_identical(attr(network_picture(chain, TRUE, NULL), "captions")[2], "3 hidden")
  expect_identical(nrow(network_picture(chain, TRUE, NULL)), 13L)
  images <- own(
    nn$Unflatten(1L, c(1L, 2L)), nn$Conv1d(1L, 2L, 1L), nn$Flatten(), nn$Linear(4L, 1L)
  )
  expect_refused(plot(images, "network"), "argument", "dense layers", "summary(fit)", from = "plot")
})

test_that("long names of columns are cut to 25 letters", {
  skip_if_no_torch()
  long <- strrep("n", 40)
  data <- stats::setNames(mtcars[c("mpg", "wt")], c(long, paste0("w", long)))
  fit <- nn_fit(data[2], data[[1]], hidden_units = 2, epochs = 1, seed = 1)
  labels <- attr(network_picture(fit, FALSE, NULL), "labels")
  expect_identical(labels$inputs, paste0("w", strrep("n", 21), "..."))
})

test_that("a weight that is exactly zero is no connection", {
  lasso <- nn_fit(mpg ~ ., mtcars, penalty = 0.2, mixture = 1)
  edges <- network_picture(lasso, FALSE, NULL)
  expect_identical(sort(edges$from), which(unname(coef(lasso)[-1] != 0)))
  expect_lt(nrow(edges), 10)
})

test_that("activations of a module that is a plain sequence are named", {
  captions <- function(...) {
    fit <- nn_fit(
      mpg ~ wt + hp, mtcars, model = torch$nn$Sequential(...), epochs = 1, learn_rate = 1e-3
    )
    attr(network_picture(fit, FALSE, NULL), "captions")
  }
  nn <- torch$nn
  expect_identical(captions(nn$Linear(2L, 1L)), c("2 inputs", "1 output"))
  expect_identical(captions(nn$Linear(2L, 1L), nn$LeakyReLU()), c("2 inputs", "1 output, leaky_relu"))
  expect_identical(
    captions(nn$Linear(2L, 3L), nn$Tanh(), nn$Linear(3L, 1L)), c("2 inputs", "3 tanh", "1 output")
  )
  # What stands between may be no activation, or not stand in the order of its use.
  expect_identical(
    captions(nn$Linear(2L, 3L), nn$LayerNorm(3L), nn$Linear(3L, 1L)),
    c("2 inputs", "3 hidden", "1 output")
  )
  nested <- nn$Sequential(nn$Linear(2L, 3L), nn$Tanh())
  expect_identical(captions(nested, nn$Linear(3L, 1L)), c("2 inputs", "3 hidden", "1 output"))
})

test_that("of a mean of networks the first is drawn, and the title says so", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars, hidden_units = 3, members = 2, epochs = 2, seed = 1)
  picture <- network_picture(fit, TRUE, NULL)
  expect_match(picture_title(picture), "The first of 2 networks", fixed = TRUE)
  expect_setequal(picture$weight[picture$layer == 1 & picture$from > 0],
    as.vector(fit$parameters[["0.weight"]][1, , ]))
  expect_setequal(picture$weight[picture$layer == 1 & picture$from == 0],
    fit$parameters[["0.bias"]][1, ])
})
