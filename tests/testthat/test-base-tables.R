test_that("a table is read once a session", {
  first <- table_of_core("options", "catalog")
  expect_true(all(c("kind", "name", "torch") %in% names(first)))
  expect_identical(cache$tables$catalog, first)
  expect_identical(table_of_core("options", "catalog"), first)
})
