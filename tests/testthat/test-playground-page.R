skip_if_not_installed("shiny")

page_html <- function(start = start_settings()) {
  controls <- with_start(playground_controls(playground_datasets()), start)
  as.character(playground_page(controls, start))
}

test_that("every control has its label, its place for a refusal, and its value", {
  html <- page_html(play_settings(learn_rate = 0.03))
  for (id in names(start_settings())) {
    expect_match(html, sprintf('<label for="%s">', id), fixed = TRUE)
    expect_match(html, sprintf('id="%s-refused"', id), fixed = TRUE)
  }
  expect_match(html, 'aria-valuetext="0.03"', fixed = TRUE)
  expect_match(html, '<option value="25" selected>tanh</option>', fixed = TRUE)
})

test_that("what is described is there", {
  html <- page_html()
  told <- regmatches(html, gregexpr('aria-(describedby|labelledby)="[^"]+"', html))[[1]]
  ids <- unique(unlist(strsplit(gsub('^[^"]+"|"$', "", told), " ")))
  expect_gt(length(ids), 15)
  for (id in ids) expect_match(html, sprintf('id="%s"', id), fixed = TRUE)
  all <- regmatches(html, gregexpr(' id="[^"]+"', html))[[1]]
  expect_identical(all[duplicated(all)], character())
})

test_that("the page has its language, landmarks and one first heading, and nothing from the web", {
  html <- page_html()
  expect_match(html, '<html lang="en">', fixed = TRUE)
  for (tag in c("<header>", "<main>", "<form ", 'role="status"')) {
    expect_match(html, tag, fixed = TRUE)
  }
  expect_length(gregexpr("<h1>", html, fixed = TRUE)[[1]], 1)
  expect_no_match(html, "https?://")
})

test_that("data of their own have no use for what makes data", {
  controls <- playground_controls(playground_datasets())
  html <- page_html()
  made <- which(names(playground_datasets()) %in% names(made_outcomes))
  expect_identical(if_made(controls$data), sprintf('["%s"].includes(input.data)',
    paste(made, collapse = '","')))
  panels <- gregexpr("data-display-if", html, fixed = TRUE)[[1]]
  expect_length(panels, sum(vapply(controls, `[[`, NA, "made")))
})

test_that("every lesson has its button", {
  html <- page_html()
  for (id in names(playground_lessons)) {
    expect_match(html, sprintf('id="lesson_%s"', id), fixed = TRUE)
  }
})
