skip_if_not_installed("htmltools")

test_that("what fails is said in its place: refusals by their own words, faults as such", {
  of <- function(make) part_text(as.character(report_section("id", "Title", make, NULL)))
  expect_identical(of(function(about) htmltools::tags$p("made")), "Title made")
  expect_identical(of(function(about) stop("Oh < no")), "Title This part failed: Oh < no")
  expect_identical(
    of(function(about) abort_nnfit("data", c("No {.arg x}.", "i" = "More."), NULL)), "Title No x."
  )
  expect_null(report_section("id", "Title", function(about) NULL, NULL))
})

test_that("warnings are told beneath, once, and are none of the session", {
  make <- function(about) {
    warning("mind < this")
    warning("mind < this")
    "made"
  }
  expect_silent(section <- report_section("id", "Title", make, NULL))
  expect_identical(part_text(as.character(section)), "Title made mind < this")
})

test_that("code is between backticks, if these are pairs", {
  code <- function(text) as.character(htmltools::tagList(with_code(text)))
  expect_identical(code("give `a<b`, `c`."), paste0(
    "give <code>a&lt;b</code>, <code>c</code>."
  ))
  expect_identical(code("a ` b"), "a ` b")
  expect_identical(code("plain"), "plain")
})

test_that("the first numbers are those of rows that were held out, where there are some", {
  skip_if_no_torch()
  facts <- function(fit) part_text(as.character(report_facts(about_fit_of(fit))))
  fit <- nn_fit(mpg ~ wt, mtcars, validation = 0.25, seed = 1)
  table <- performance_table(fit)
  expect_match(facts(fit), paste("RMSE, held out", signif(table$rmse[2], 3)), fixed = TRUE)
  measures <- "Rows 32 R\u00b2, in training 0.753 RMSE, in training 2.95"
  expect_match(facts(nn_fit(mpg ~ wt, mtcars)), measures, fixed = TRUE)
})

test_that("headings go down by one, and each link has its part", {
  skip_if_no_torch()
  page <- page_of(nn_fit(factor(am) ~ wt, mtcars))
  levels <- as.integer(regmatches(page, gregexpr("(?<=<h)[1-6]", page, perl = TRUE))[[1]])
  expect_identical(levels[1], 1L)
  expect_true(all(diff(levels) <= 1))
  linked <- regmatches(page, gregexpr("(?<=href=\"#)[a-z]+", page, perl = TRUE))[[1]]
  expect_identical(linked, parts_of_page(page))
})

test_that("the colours can be read on their paper, light and dark", {
  style <- report_style()
  schemes <- strsplit(style, "prefers-color-scheme: dark", fixed = TRUE)[[1]][1:2]
  for (scheme in schemes) {
    found <- regmatches(scheme, gregexpr("--[a-z]+: #[0-9a-f]{6}", scheme))[[1]]
    colours <- stats::setNames(sub(".*: ", "", found), sub("--([a-z]+):.*", "\\1", found))
    for (ink in c("ink", "quiet", "link")) {
      for (paper in c("paper", "panel")) {
        expect_gte(contrast(colours[[ink]], colours[[paper]]), 4.5)
      }
    }
  }
})
