test_that("a component is a name with torch's own arguments", {
  expect_equal(as_component("loss", "MSE", "loss", NULL), list("mse", list()), ignore_attr = TRUE)
  expect_identical(
    as_component("optimizer", list("sgd", nesterov = TRUE), "optimizer", NULL),
    list("sgd", list(nesterov = TRUE))
  )
  for (wrong in list(1, c("sgd", "adam"), list(nesterov = TRUE), list())) {
    expect_refused(
      as_component("optimizer", wrong, "optimizer", NULL), "argument",
      "optimizer must be a name, or a list of a name and its own arguments"
    )
  }
})

test_that("every name of the catalog is torch's, or in the table of what is ours", {
  skip_if_no_torch()
  modules <- list(
    activation = torch$nn, init = torch$nn$init, loss = torch$nn, norm = torch$nn,
    optimizer = torch$optim
  )
  for (kind in names(modules)) {
    for (class in stats::na.omit(catalog(kind)$torch)) {
      expect_true(reticulate::py_has_attr(modules[[kind]], class), label = class)
    }
  }
  optimizers <- catalog("optimizer")
  own <- c("fisher_scoring", "interior_point", "levenberg_marquardt")
  expect_identical(optimizers$name[is.na(optimizers$torch)], own)
  expect_identical(sum(is.na(catalog("activation")$torch)), 0L)
  losses <- catalog("loss")
  own <- reticulate::import_from_path("nnfit.core.model.own_losses", path = core_folder())
  joint <- reticulate::import_from_path("nnfit.core.model.cox", path = core_folder())
  expect_setequal(
    losses$name[is.na(losses$torch)], c(names(own$OWN_LOSSES), names(joint$JOINT_LOSSES))
  )
})

test_that("an R function that is one of torch's activations stands for it", {
  for (pair in list(list(tanh, "tanh"), list(plogis, "sigmoid"), list(identity, "identity"))) {
    expect_identical(as_component("activation", pair[[1]], "activation", NULL)[[1]], pair[[2]])
  }
  expect_refused(
    as_component("activation", sin, "activation", NULL), "argument",
    "activation must be a name", "An R function can not be a part of a network"
  )
  expect_refused(as_component("loss", tanh, "loss", NULL), "argument", "loss must be a name")
})

test_that("torch's own objects stand for their names", {
  skip_if_no_torch()
  component <- function(kind, value) as_component(kind, value, kind, NULL)
  expect_equal(component("activation", torch$nn$ReLU)[[1]], "relu")
  expect_equal(component("activation", torch$relu)[[1]], "relu")
  expect_equal(
    component("activation", torch$nn$LeakyReLU(0.5)), list("leaky_relu", list(negative_slope = 0.5))
  )
  expect_equal(
    component("activation", list(torch$nn$Hardtanh(-2, 2), max_val = 3)),
    list("hardtanh", list(min_val = -2, max_val = 3))
  )
  expect_equal(component("optimizer", torch$optim$Adam)[[1]], "adam")
  expect_equal(
    component("optimizer", list(torch$optim$SGD, nesterov = TRUE)),
    list("sgd", list(nesterov = TRUE))
  )
  expect_equal(component("schedule", torch$optim$lr_scheduler$CosineAnnealingLR)[[1]], "cosine")
  expect_equal(component("loss", torch$nn$MSELoss())[[1]], "mse")
  expect_equal(component("norm", torch$nn$LayerNorm)[[1]], "layer_norm")
  expect_equal(component("init", torch$nn$init$orthogonal_)[[1]], "orthogonal")
  expect_refused(
    component("norm", torch$nn$LayerNorm(3L)), "argument", "norm has normalized_shape",
    "Give the name layer_norm instead"
  )
  weighed <- torch$nn$CrossEntropyLoss(weight = torch$tensor(c(1, 2)))
  expect_equal(component("loss", weighed), list("cross_entropy", list(weight = c(1, 2))))
})

test_that("an object whose meaning is not certain is refused from the user's call", {
  skip_if_no_torch()
  refused <- function(option, value, ...) {
    arguments <- list(mpg ~ wt, mtcars, hidden_units = 2)
    arguments[[option]] <- value
    expect_refused(do.call("nn_fit", arguments), "argument", option, ..., from = "nn_fit")
  }
  layer <- torch$nn$Linear(1L, 1L)
  refused("activation", layer, "Linear, which is not known")
  refused("optimizer", torch$optim$Adam(layer$parameters()), "Give its name, Adam")
  held <- torch$optim$lr_scheduler$StepLR(torch$optim$Adam(layer$parameters()), 3L)
  refused("schedule", held, "Give its name, StepLR")
  refused("loss", torch$nn$MSELoss(reduction = "sum"), "has reduction")
})

test_that("a fit takes torch's objects for one layer and for each", {
  skip_if_no_torch()
  fit <- function(activation) {
    nn_fit(mpg ~ wt, mtcars, hidden_units = c(3, 2), activation = activation, epochs = 2, seed = 1)
  }
  expect_identical(fit(torch$nn$Tanh)$options$activation, c("tanh", "tanh"))
  expect_identical(fit(c(torch$nn$Tanh, torch$relu))$options$activation, c("tanh", "relu"))
  expect_equal(fitted(fit(list("relu", tanh))), fitted(fit(c("relu", "tanh"))))
})
