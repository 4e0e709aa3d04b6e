skip_if_no_torch()
skip_if_not_installed("htmltools")

test_that("the losses are drawn, and said for who does not see them", {
  fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 9, validation = 0.2, seed = 1)
  made <- as.character(htmltools::tagList(report_training(about_fit_of(fit))))
  table <- loss_table(fit)
  ends <- vapply(table$valid_loss[c(1, 9)], function(x) format(signif(x, 3)), "")
  expect_match(made, paste0("Lines of the loss over 9 epochs. In training"))
  expect_match(made, paste0("In validation it goes from ", ends[1], " to ", ends[2]), fixed = TRUE)
  expect_match(made, "after 9 epochs")
})

test_that("two epochs are no curve, and a penalty that was chosen has a picture", {
  line <- report_training(about_fit_of(nn_fit(mpg ~ wt, mtcars)))
  solved <- as.character(htmltools::tagList(line))
  expect_false(grepl("<img", solved))
  tuned <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, seed = 1)
  made <- as.character(htmltools::tagList(report_training(about_fit_of(tuned))))
  expect_match(made, "for each of [0-9]+ penalties, with standard errors; the one chosen is")
})
