skip_if_not_installed("htmltools")

test_that("numbers have four digits, whole ones their commas, and what is missing is empty", {
  expect_identical(table_text(c(1.23456, NA, 1e-10)), c("1.235", "", "1e-10"))
  expect_identical(table_text(c(12345, 2)), c("12,345", "2"))
  expect_identical(table_text(c("a", NA)), c("a", ""))
})

test_that("a table has headings for rows and columns, and scrolls by itself", {
  made <- as.character(report_table(data.frame(Name = c("<a>", "b"), Value = c(1, 2.5)), "A < b"))
  expect_match(made, "<caption>A &lt; b</caption>", fixed = TRUE)
  expect_match(made, "<th scope=\"row\">&lt;a&gt;</th>", fixed = TRUE)
  expect_match(made, "<th scope=\"col\" class=\"number\">Value</th>", fixed = TRUE)
  expect_match(made, "class=\"scrolls\" tabindex=\"0\" role=\"region\" aria-label=\"A &lt; b\"",
    fixed = TRUE)
})

test_that("a long table ends, and says so", {
  made <- report_rows_of(data.frame(Term = 1:70, Value = 1:70), "Long", "coefficient")
  text <- made_text(made)
  expect_match(text, "50 50 The first 50 of 70 coefficients.", fixed = TRUE)
  expect_no_match(made_text(report_rows_of(data.frame(a = 1:50), "b", "row")), "The first")
})
