skip_if_no_torch()
skip_if_not_installed("htmltools")

test_that("the page of a search says among what its fit was chosen, and shows the best", {
  found <- nn_tune(mpg ~ wt + hp, mtcars, hidden_units = list(2, 4), penalty = tune(0.01, 1),
    epochs = 5, candidates = 4, folds = 4, seed = 1)
  text <- part_text(page_of(found), "search")
  expect_match(text, "among 4 candidates drawn at random", fixed = TRUE)
  expect_match(text, "judged by 4 folds", fixed = TRUE)
  best <- signif(found$results$mean[1], 4)
  expect_match(text, paste("Loss on rows held out", best), fixed = TRUE)
  expect_match(text, "flatters", fixed = TRUE)
  expect_match(text, "Rank hidden_units penalty Loss Standard error Chosen 1", fixed = TRUE)
  expect_match(page_of(found), "A panel for each option that was searched", fixed = TRUE)

  # the first figure is not that of the rows that were trained on
  facts <- sub("</dl>.*", "", page_of(found))
  expect_match(facts, "Loss, best of 4 candidates", fixed = TRUE)
  expect_no_match(facts, "in training", fixed = TRUE)

  alone <- part_text(page_of(found$fit), "search")
  expect_match(alone, "among 4 candidates drawn at random", fixed = TRUE)
  expect_match(alone, "nn_report() of the search itself", fixed = TRUE)
  expect_false("search" %in% parts_of_page(page_of(nn_fit(mpg ~ wt, mtcars))))
})

test_that("a search that was interrupted has no page", {
  found <- structure(list(fit = NULL), class = "nn_tune")
  expect_error(nn_report(found, tempfile(fileext = ".html")), "search was interrupted",
    class = "nnfit_error_interrupt"
  )
})
