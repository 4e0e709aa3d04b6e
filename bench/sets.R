# Eight small and middling tables from R packages, with the outcome as `target`; for the
# rows of the bench that compare models on data. Rows with missing values are left out.

of_package <- function(name, package) {
  there <- new.env()
  utils::data(list = name, package = package, envir = there)
  as.data.frame(there[[name]])
}

with_target <- function(data, target) {
  data <- stats::na.omit(data)
  names(data)[names(data) == target] <- "target"
  data
}

log_target <- function(data, target) {
  data <- with_target(data, target)
  data$target <- log(data$target)
  data
}

without <- function(data, columns) data[setdiff(names(data), columns)]

sets <- list(
  mtcars = function() with_target(datasets::mtcars, "mpg"),
  airquality = function() with_target(datasets::airquality, "Ozone"),
  boston = function() with_target(of_package("Boston", "MASS"), "medv"),
  cpus = function() log_target(without(of_package("cpus", "MASS"), c("name", "estperf")), "perf"),
  birthwt = function() {
    data <- with_target(without(of_package("birthwt", "MASS"), "bwt"), "low")
    transform(data, target = factor(target), race = factor(race))
  },
  pima = function() {
    with_target(rbind(of_package("Pima.tr", "MASS"), of_package("Pima.te", "MASS")), "type")
  },
  iris = function() with_target(datasets::iris, "Species"),
  diamonds = function() {
    data <- of_package("diamonds", "ggplot2")
    ordered <- vapply(data, is.ordered, NA)
    data[ordered] <- lapply(data[ordered], factor, ordered = FALSE)
    set.seed(1)
    log_target(data[sample(nrow(data), 2000), ], "price")
  }
)

# Five folds, dealt by a seed.
folds_of <- function(data) {
  set.seed(1)
  sample(rep_len(1:5, nrow(data)))
}

# Those that are named on the command line, or all.
chosen_sets <- function() {
  given <- intersect(commandArgs(TRUE), names(sets))
  if (length(given)) sets[given] else sets
}
