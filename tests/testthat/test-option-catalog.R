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
  for (kind in c("activation", "init", "loss", "norm", "optimizer")) {
    table <- catalog(kind)
    spellings <- c(table$name, table$torch, sub("Loss$", "", table$torch))
    owner <- rep(table$name, 3)[!is.na(spellings)]
    spellings <- canonical_name(spellings[!is.na(spellings)])
    owners <- tapply(owner, spellings, function(names) length(unique(names)))
    expect_true(all(owners == 1))
  }
})

test_that("long vectors are written by their first values", {
  expect_identical(argument_text(1:4 + 0), "c(1, 2, 3, 4)")
  expect_identical(argument_text(c(1.23456, 2:5)), "c(1.23, 2, 3, ...)")
})
