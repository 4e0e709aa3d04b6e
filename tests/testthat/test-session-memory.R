# A thousand fits and ten thousand predictions in one session, of its own: the memory that it
# holds stays as it was, whatever is fitted.
skip_if_no_torch()
skip_on_cran()
skip_if_not_installed("callr")
skip_if_not(file.exists("/proc/self/status"), "a system that tells a process's memory")

# In the session: does each of these `times` over, in fifths. Gives by how many MB what it
# holds grows in a fifth, as a median: what is made once, or a heap that grows once, is in one.
hold <- function(ways, times, folder) {
  library(nnfit)
  values <- list2env(list(folder = folder))
  values$fit <- nn_fit(c ~ u, thermometer, hidden_units = 8, epochs = 5, seed = 1)
  resident <- function() {
    gc()
    line <- grep("^RssAnon", readLines("/proc/self/status"), value = TRUE)
    as.numeric(gsub("[^0-9]", "", line)) / 1024
  }
  vapply(names(ways), function(name) {
    held <- vapply(1:5, function(fifth) {
      for (i in seq_len(times[[name]] / 5)) eval(ways[[name]], values)
      resident()
    }, 0)
    stats::median(diff(held))
  }, 0)
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

test_that("a session's memory stays as it is", {
  times <- c(rep(125, length(fits)), rep(5000, length(predictions)))
  names(times) <- names(c(fits, predictions))
  grown <- callr::r(
    hold, list(c(fits, predictions), times, withr::local_tempdir()), libpath = .libPaths()
  )
  # A fifth of fits that stayed, of 20 kB and more, would be 0.5 MB.
  for (name in names(times)) expect_lt(grown[[name]], 0.25, label = name)
})
