# Networks of which nothing is asked but their size, beside peers with their defaults:
# Rscript bench/untuned.R [SET...], or as a row of `make bench ROWS=untuned`.
#
# Eight tables from R packages, five folds each, dealt by a seed. The score is RMSE for
# numbers and log-loss for classes, the mean over the folds; a ratio is to the best peer
# of the set. Peers that are not installed are left out, and said so.
options(width = 120)
suppressMessages(library(nnfit))

here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
source(file.path(here, "sets.R"))

# Predictions: numbers, or a column of probabilities for each class.
both <- function(p) if (NCOL(p) == 1) cbind(1 - p, p) else as.matrix(p)

by_nnfit <- function(...) {
  function(train, test) {
    fit <- nn_fit(target ~ ., train, hidden_units = 32, seed = 1, progress = FALSE, ...)
    if (!is.factor(train$target)) return(predict(fit, test))
    both(as.matrix(predict(fit, test, type = "prob")))
  }
}

# An untuned network less one of its ingredients: a constant of the core is another
# while it is fitted.
without_ingredient <- function(module, name, value) {
  function(train, test) {
    core <- reticulate::import(paste0("nnfit.core.", module), convert = FALSE)
    before <- core[[name]]
    on.exit(reticulate::py_set_attr(core, name, before))
    reticulate::py_set_attr(core, name, value)
    by_nnfit()(train, test)
  }
}

standardised <- function(train, test) {
  all <- stats::model.matrix(target ~ ., rbind(train, test))[, -1, drop = FALSE]
  first <- seq_len(nrow(train))
  spread <- apply(all[first, , drop = FALSE], 2, stats::sd)
  all <- scale(all, colMeans(all[first, , drop = FALSE]), ifelse(spread > 0, spread, 1))
  list(train = all[first, , drop = FALSE], test = all[-first, , drop = FALSE])
}

models <- list(
  "nnfit" = by_nnfit(),
  "nnfit, penalty = 0 (plain)" = by_nnfit(penalty = 0),
  "nnfit, penalty = 0.03" = by_nnfit(penalty = 0.03),
  "nnfit, activation = relu" = by_nnfit(activation = "relu"),
  "nnfit, columns not straightened" =
    without_ingredient("data.powers", "LADDER", reticulate::tuple(1)),
  "nnfit, far values not drawn in" = without_ingredient("data.batches", "FAR", 1e6),
  "nnfit, five networks" = without_ingredient("repeats.tuning", "TWICE", 0L),
  "lm, multinom" = function(train, test) {
    if (!is.factor(train$target)) return(stats::predict(stats::lm(target ~ ., train), test))
    fit <- nnet::multinom(target ~ ., train, trace = FALSE, maxit = 500)
    both(stats::predict(fit, test, type = "probs"))
  },
  "nnet, size 8, decay 0.01" = function(train, test) {
    x <- standardised(train, test)
    fit <- function(y, ...) {
      nnet::nnet(x$train, y, size = 8, decay = 0.01, trace = FALSE, maxit = 500, MaxNWts = 1e5, ...)
    }
    y <- train$target
    if (!is.factor(y)) {
      made <- fit((y - mean(y)) / stats::sd(y), linout = TRUE)
      return(stats::predict(made, x$test)[, 1] * stats::sd(y) + mean(y))
    }
    classes <- nnet::class.ind(y)
    if (ncol(classes) == 2) return(both(stats::predict(fit(classes[, 2], entropy = TRUE), x$test)))
    stats::predict(fit(classes, softmax = TRUE), x$test)
  },
  ranger = function(train, test) {
    fit <- ranger::ranger(target ~ ., train, probability = is.factor(train$target), seed = 1,
      num.threads = 1
    )
    stats::predict(fit, test, num.threads = 1)$predictions
  }
)
needs <- c("lm, multinom" = "nnet", "nnet, size 8, decay 0.01" = "nnet", ranger = "ranger")
absent <- names(needs)[!vapply(needs, requireNamespace, NA, quietly = TRUE)]
models <- models[setdiff(names(models), absent)]
if (length(absent)) cat("Not installed, and left out:", paste(absent, collapse = "; "), "\n\n")

score <- function(predicted, truth) {
  if (!is.factor(truth)) return(sqrt(mean((truth - predicted)^2)))
  predicted <- pmin(pmax(predicted, 1e-7), 1 - 1e-7)
  predicted <- predicted / rowSums(predicted)
  -mean(log(predicted[cbind(seq_along(truth), as.integer(truth))]))
}

cross_validated <- function(data, model) {
  fold <- folds_of(data)
  start <- proc.time()[["elapsed"]]
  scores <- vapply(1:5, function(k) {
    set.seed(k)
    score(suppressWarnings(model(data[fold != k, ], data[fold == k, ])), data$target[fold == k])
  }, 0)
  c(mean(scores), (proc.time()[["elapsed"]] - start) / 5)
}

warm <- nn_fit(mpg ~ wt, mtcars, hidden_units = 2, epochs = 2) # Python is there
found <- lapply(chosen_sets(), function(make) {
  data <- make()
  vapply(models, function(model) cross_validated(data, model), c(0, 0))
})
scores <- vapply(found, function(set) set[1, ], numeric(length(models)))
seconds <- vapply(found, function(set) set[2, ], numeric(length(models)))
peers <- !startsWith(names(models), "nnfit")
if (!any(peers)) peers[] <- TRUE
ratio <- t(t(scores) / apply(scores[peers, , drop = FALSE], 2, min))
cat("Ratio to the best peer, by set\n")
print(round(cbind(ratio, mean = exp(rowMeans(log(ratio))), worst = apply(ratio, 1, max)), 2))
cat("\nSeconds of a fit and its predictions\n")
print(signif(seconds, 2))
