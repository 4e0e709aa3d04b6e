# Do intervals and sets hold what they promise? Rscript bench/coverage.R [SET...], or as a
# row of `make bench ROWS=coverage`.
#
# On rows held out, five folds: the share of outcomes inside 90% intervals and their mean
# width, of untuned networks (CV+), of lm(), and of ranger's quantile forest; of classes
# the share of rows whose set holds their class, and the mean size of the sets.
options(width = 120)
suppressMessages(library(nnfit))

here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
source(file.path(here, "sets.R"))

level <- 0.9

untuned <- function(train) {
  nn_fit(target ~ ., train, hidden_units = 32, seed = 1, progress = FALSE)
}

models <- list(
  nnfit = function(train, test) {
    predict(untuned(train), test, interval = "prediction", level = level)[, -1]
  },
  "lm()" = function(train, test) {
    fit <- stats::lm(target ~ ., train)
    stats::predict(fit, test, interval = "prediction", level = level)[, -1]
  },
  ranger = function(train, test) {
    fit <- ranger::ranger(target ~ ., train, quantreg = TRUE, seed = 1, num.threads = 1)
    limits <- c(1 - level, 1 + level) / 2
    stats::predict(fit, test, type = "quantiles", quantiles = limits)$predictions
  }
)
if (!requireNamespace("ranger", quietly = TRUE)) models$ranger <- NULL

inside <- function(data, k, fold, model) {
  test <- data[fold == k, ]
  limits <- suppressWarnings(model(data[fold != k, ], test))
  c(
    covered = mean(limits[, 1] <= test$target & test$target <= limits[, 2]),
    width = mean(limits[, 2] - limits[, 1])
  )
}

in_sets <- function(data, k, fold) {
  test <- data[fold == k, ]
  sets <- predict(untuned(data[fold != k, ]), test, type = "set", level = level)
  c(covered = mean(sets[cbind(seq_len(nrow(test)), as.integer(test$target))]),
    size = mean(rowSums(sets))
  )
}

over_folds <- function(data, one) {
  fold <- folds_of(data)
  rowMeans(vapply(1:5, function(k) one(data, k, fold), c(0, 0)))
}

tables <- lapply(chosen_sets(), function(make) make())
classes <- vapply(tables, function(data) is.factor(data$target), NA)
numeric <- lapply(tables[!classes], function(data) {
  vapply(models, function(model) {
    over_folds(data, function(data, k, fold) inside(data, k, fold, model))
  }, c(0, 0))
})
if (length(numeric)) {
  covered <- t(vapply(numeric, function(set) set["covered", ], numeric(length(models))))
  width <- t(vapply(numeric, function(set) set["width", ], numeric(length(models))))
  cat("Outcomes inside intervals of", level, "\n")
  print(round(rbind(covered, mean = colMeans(covered)), 3))
  cat("\nMean width\n")
  print(signif(width, 3))
}
if (any(classes)) {
  cat("\nSets of", level, "that hold the class, and classes in a set: nnfit\n")
  print(round(t(vapply(tables[classes], over_folds, c(0, 0), in_sets)), 3))
}
