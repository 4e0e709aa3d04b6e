# A thousand fits and ten thousand predictions in one session, of its own: the memory that it
# holds stays as it was, whatever is fitted.
skip_if_no_torch()
skip_on_cran()
skip_if_not_installed("callr")
skip_if_not(file.exists("/proc/self/status"), "a system that tells a process's memory")

# In the session: does each of these `times` over, in fifths. Gives by how much what it holds
# grows in a fifth, as a median: what is made once, or a heap that grows once, is in one.
hold <- function(ways, times, folder) {
  library(nnfit)
  values <- list2env(list(folder = folder))
  values$fit <- nn_fit(c ~ u, thermometer, hidden_units = 8, epochs = 5, seed = 1)
  python <- reticulate::import("gc")
  objects <- reticulate::py_eval("lambda: len(__import__('gc').get_objects())")
  now <- function() {
    used <- gc()[, 1] * c(56, 8) # bytes of a cell, of R's two kinds
    python$collect()
    line <- grep("^RssAnon", readLines("/proc/self/status"), value = TRUE)
    c(in_r = sum(used) / 1e3, in_python = objects(), in_all = as.numeric(gsub("[^0-9]", "", line)))
  }
  vapply(names(ways), function(name) {
    held <- vapply(1:5, function(fifth) {
      for (i in seq_len(times[[name]] / 5)) eval(ways[[name]], values)
      now()
    }, c(0, 0, 0))
    apply(held, 1, function(one) stats::median(diff(one)))
  }, c(in_r = 0, in_python = 0, in_all = 0))
}

fits <- alist(
  "a linear model" = nn_fit(c ~ u, thermometer),
  "a network" = nn_fit(c ~ u, thermometer, hidden_units = 8, penalty = 0, epochs = 5),
  "mini-batches" = nn_fit(
    mpg ~ ., mtcars, hidden_units = 8, epochs = 5, batch_size = 8, optimizer = "adam"
  ),
  "classes" = nn_fit(
    Species ~ ., iris, hidden_units = 8, epochs = 5, optimizer = "adam", dropout = 0.1
  ),
  "a module" = nn_fit(
    c ~ u, thermometer, epochs = 5,
    model = torch$nn$Sequential(torch$nn$Linear(1L, 8L), torch$nn$Tanh(), torch$nn$Linear(8L, 1L))
  ),
  "a checkpoint" = nn_fit(
    c ~ u, thermometer, hidden_units = 8, penalty = 0, epochs = 5, checkpoint = folder
  ),
  "replicates" = nn_fit(
    c ~ u, thermometer, hidden_units = 4, penalty = 0, epochs = 5, bootstrap = 5
  ),
  "folds" = nn_cv(c ~ u, thermometer, hidden_units = 4, epochs = 5, folds = 2)
)

predictions <- alist(
  "in R" = predict(fit, thermometer, engine = "r"),
  "by torch" = predict(fit, thermometer, engine = "torch")
)

words_of <- function(numbers, unit) toString(paste0(names(numbers), ": ", numbers, " ", unit))

test_that("a session's memory stays as it is", {
  times <- c(rep(125, length(fits)), rep(5000, length(predictions)))
  names(times) <- names(c(fits, predictions))
  grown <- callr::r(
    hold, list(c(fits, predictions), times, withr::local_tempdir()), libpath = .libPaths()
  )
  # Of nothing is one kept: an address of each of 1000 predictions is 8 kB, a cell of each of 25
  # fits 1.4 kB. R's own tables grow and shrink by less.
  least <- ifelse(names(times) %in% names(fits), 1, 8)
  expect_true(all(grown["in_r", ] < least), label = words_of(grown["in_r", ], "kB in R"))
  expect_true(all(grown["in_python", ] <= 0), label = words_of(grown["in_python", ], "objects"))
  # The system gives and takes whole pages, as they come: of 25 fits, of 1000 predictions.
  most <- ifelse(names(times) %in% names(fits), 250, 1500)
  expect_true(all(grown["in_all", ] < most), label = words_of(grown["in_all", ], "kB"))
})
