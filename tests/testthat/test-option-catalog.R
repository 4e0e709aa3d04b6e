test_that("a name is understood in every usual spelling", {
  for (name in c("leaky_relu", "LeakyReLU", "leaky-relu", "Leaky ReLU")) {
    expect_identical(catalog_name("activation", name, "activation", NULL), "leaky_relu")
  }
  for (name in c("mse", "MSELoss", "mse_loss")) {
    expect_identical(catalog_name("loss", name, "loss", NULL), "mse")
  }
  expect_identical(catalog_name("loss", "BCEWithLogitsLoss", "loss", NULL), "bce_with_logits")
  expect_identical(catalog_name("loss", "GaussianNLLLoss", "loss", NULL), "gaussian_nll")
})

test_that("a wrong name is refused with the nearest legal one", {
  refused <- function(kind, name, near) {
    expect_refused(
      catalog_name(kind, name, kind, NULL), "argument", kind, name, paste0("Did you mean ", near)
    )
  }
  refused("activation", "rleu", "relu?")
  refused("loss", "cross_entrpy", "cross_entropy?")
  refused("activation", "sig", "sigmoid?")
  refused("optimizer", "adamm", "adam?")
})

test_that("a name with other characters than its own is another name", {
  for (name in c("relu!", "re/lu", "relu_loss", "r\u00e9lu", "", "__")) {
    expect_refused(catalog_name("activation", name, "activation", NULL), "argument", "Known: celu")
  }
})

test_that("where no name is near none is suggested", {
  refused <- tryCatch(catalog_name("optimizer", "zzzzzz", "optimizer", NULL), error = flat_message)
  expect_match(refused, "not zzzzzz.")
  expect_no_match(refused, "Did you mean")
})

test_that("no spelling means two names", {
  for (kind in c("activation", "loss", "optimizer")) {
    table <- catalog(kind)
    spellings <- c(table$name, table$torch, sub("Loss$", "", table$torch))
    owner <- rep(table$name, 3)[!is.na(spellings)]
    spellings <- canonical_name(spellings[!is.na(spellings)])
    owners <- tapply(owner, spellings, function(names) length(unique(names)))
    expect_true(all(owners == 1))
  }
})

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
  modules <- list(activation = torch$nn, loss = torch$nn, optimizer = torch$optim)
  for (kind in names(modules)) {
    for (class in stats::na.omit(catalog(kind)$torch)) {
      expect_true(reticulate::py_has_attr(modules[[kind]], class), label = class)
    }
  }
  optimizers <- catalog("optimizer")
  expect_identical(optimizers$name[is.na(optimizers$torch)], "levenberg_marquardt")
  expect_identical(sum(is.na(catalog("activation")$torch)), 0L)
  losses <- catalog("loss")
  own <- reticulate::import_from_path("nnfit.core.model.own_losses", path = core_folder())
  expect_setequal(losses$name[is.na(losses$torch)], names(own$OWN_LOSSES))
})
