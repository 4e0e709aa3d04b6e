skip_if_no_torch()

X <- matrix(as.double(1:20), dimnames = list(NULL, "x"))
Y <- sin(1:20)

plain_of <- function(fit) {
  out <- new.env()
  out$arrays <- list()
  text <- encode_tree(plain_fields(fit), "fit", out)
  decode_tree(read_json(text), out$arrays)
}
of_fields <- function(fit) fit[setdiff(names(fit), own_names)]

test_that("the fields of a fit come back as they were", {
  fits <- list(
    nn_fit(X, Y, seed = 1), nn_fit(X, Y, hidden_units = 2, seed = 1),
    nn_fit(X, Y, hidden_units = c(2, 3), epochs = 4, validation = 0.2, bootstrap = 2, seed = 1),
    nn_fit(X, Y, hidden_units = 2, epochs = 4, restarts = 2, metrics = "rmse", seed = 1),
    nn_fit(X, Y, hidden_units = 2, epochs = 4, learn_rate = "find", seed = 2^40),
    nn_fit(X, rep(c("a", "b", "c", "a"), 5), seed = 1)
  )
  for (fit in fits) {
    expect_identical(checked_fields(plain_of(fit)), of_fields(fit))
  }
})

test_that("a fit from before there were schemas is written as one of the first", {
  fit <- nn_fit(X, Y, seed = 1)
  earlier <- fit
  earlier[c("schema", "unscaled")] <- NULL
  again <- checked_fields(plain_of(earlier))
  expect_identical(again$schema, 1L)
  expect_equal(as.vector(again$unscaled[["0.weight"]]), as.vector(fit$unscaled[["0.weight"]]))
})

test_that("every kind has a writer or needs none, and a test", {
  kinds <- unique(table_of_core("model", "fit_fields")$kind)
  expect_setequal(names(field_tests), kinds)
  expect_identical(setdiff(names(field_writers), kinds), character())
  schema <- readLines(file.path(core_folder(), "nnfit", "core", "model", "fit.py"))
  expect_identical(grep("^SCHEMA = ", schema, value = TRUE) != "", TRUE)
  expect_match(grep("^SCHEMA = ", schema, value = TRUE), paste0("^SCHEMA = ", known_schema, " "))
})

fields <- plain_of(nn_fit(X, Y, hidden_units = c(2, 3), epochs = 4, validation = 0.2, seed = 1))
expect_bad <- function(fields, ...) {
  expect_error(checked_fields(fields), ..., class = "nnfit_unreadable")
}

test_that("a field of another kind is named, and one that is not there", {
  table <- table_of_core("model", "fit_fields")
  values <- list(mean, "a b", list(1), list(a = "b"), 1.5, TRUE, array("a", 1), NA)
  for (k in seq_len(nrow(table))) {
    name <- table$name[k]
    for (value in values) {
      if (isTRUE(field_tests[[table$kind[k]]](value))) next
      changed <- fields
      changed[name] <- list(value)
      expect_bad(changed, paste0(name, "|schema"))
    }
    if (table$always[k]) expect_bad(fields[names(fields) != name], "lacks the field|which schema")
  }
})

test_that("what does not go together is said", {
  change <- function(name, ...) utils::modifyList(fields, stats::setNames(list(list(...)), name))
  expect_bad(1, "no fields of a fit")
  expect_bad(replace(fields, "schema", 99L), "a later version")
  expect_bad(replace(fields, "stopped", "tired"), "stopped")
  expect_bad(replace(fields, "best_epoch", 9L), "no such epoch")
  expect_bad(c(fields, other = 1), "'other', which no fit has")
  expect_bad(change("history", valid_loss = array(1, 2)), "several lengths")
  expect_bad(change("scaling", x_center = array(1, 2)), "other columns")
  expect_bad(change("scaling", y_scale = "a"), "a scaling that is none")
  expect_bad(change("options", n_features = 5L), "other columns")
  expect_bad(change("options", hidden_units = c(1e9, 1e9)), "no parameters")
  changed <- fields
  changed$validation_rows <- array(20L, 1)
  expect_bad(changed, "validation_rows")
})
