# Calls that work, in each of which the sweep puts a wrong value in the place of
# one argument after the other. Which arguments there are is read from the
# functions, so that a new one is swept without being named here.

# What the calls below use, in an environment of its own.
sweep_fixtures <- function() {
  there <- new.env(parent = globalenv())
  evalq({
    d <- data.frame(
      y = c(1, 3, 2, 5, 4, 6, 8, 7), x = 1:8 + 0, g = factor(rep(c("a", "b"), 4))
    )
    X <- as.matrix(d["x"])
    Y <- d$y
    images <- array(as.double(1:32), c(8, 1, 2, 2))
    flat <- torch$nn$Sequential(torch$nn$Flatten(), torch$nn$Linear(4L, 1L))
    tensor <- as_tensor(matrix(c(2, 1, 1, 3), 2))
    linear <- nn_fit(y ~ x, d, seed = 1)
    replicated <- nn_fit(y ~ x, d, seed = 1, bootstrap = 5)
    network <- nn_fit(y ~ x, d, seed = 1, hidden_units = 2, epochs = 3)
    classes <- nn_fit(g ~ x + y, d, seed = 1, hidden_units = 2, epochs = 3)
    own <- nn_fit(X, Y, seed = 1, epochs = 3, model = torch$nn$Linear(1L, 1L))
    lm_fit <- stats::lm(y ~ x, d)
    # Errors come from the function that asks for its user.
    nn_options <- function(...) nnfit::nn_options(...)
    tuned <- nn_fit(mpg ~ wt, mtcars, seed = 1, hidden_units = 2)
    found <- nn_fit(y ~ x, d, seed = 1, hidden_units = 2, epochs = 3, learn_rate = "find")
    times <- data.frame(time = c(3, 1, 4, 2, 6, 5, 8, 7), died = c(1, 1, 0, 1, 1, 1, 0, 1), x = d$x)
    survived <- nn_fit(Surv(time, died) ~ x, times, seed = 1)
    losses <- loss_table(network)
    job <- tempfile(fileext = ".json")
    saved <- tempfile(fileext = ".safetensors")
    nn_save(linear, saved)
    page <- tempfile(fileext = ".html")
    folds <- nn_cv(y ~ x, d, folds = 2, seed = 1)
    searched <- nn_tune(
      y ~ x, d, penalty = list(0.1, 1), hidden_units = 2, epochs = 2, folds = 2, seed = 1
    )
    compared <- lm_compare(y ~ x, d)
    descents <- lm_compare(y ~ x, d, methods = c("qr", "sgd"), epochs = 5)
    curves <- activation_table("relu", c(-1, 1))
    decomposed <- qr(tensor)
    diagnosed <- nn_diagnose(network)
    mattered <- nn_importance(network, seed = 1)
    shares <- nn_importance(network, type = "shap", seed = 1)
    both <- nn_fit(y ~ x + g, d, seed = 1)
    effects <- nn_effects(both, "x")
    by_level <- nn_effects(both, "g")
    average <- nn_effects(both)
  }, there)
  if (reads_parquet()) there$parquet <- write_parquet(there$d, tempfile(fileext = ".parquet"))
  there
}

# By method, or by function where there is none. The first argument of a method
# is not swept, as it has to be of the class, but that of a generic of ours is:
# "nn_fit".
sweep_calls <- function() {
  c(
    list(
      nn_fit = quote(nn_fit(x = X, y = Y, epochs = 3)),
      nn_fit.formula = quote(nn_fit(formula = y ~ x, data = d, epochs = 3, hidden_units = 2)),
      nn_fit.formula = quote(nn_fit(formula = y ~ x, data = d, epochs = 3)),
      nn_fit.data.frame = quote(nn_fit(x = d["x"], y = Y, epochs = 3)),
      nn_fit.matrix = quote(nn_fit(x = X, y = Y, epochs = 3)),
      nn_fit.array = quote(nn_fit(x = images, y = Y, model = flat, epochs = 3)),
      nn_cv.array = quote(nn_cv(x = images, y = Y, model = flat, epochs = 3, folds = 2)),
      nn_fit.torch.Tensor = quote(nn_fit(x = as_tensor(X), y = Y, epochs = 3)),
      nn_options = quote(nn_options()),
      nn_cv = quote(nn_cv(x = X, y = Y, folds = 2)),
      nn_cv.formula = quote(nn_cv(formula = y ~ x, data = d, folds = 2, epochs = 3)),
      nn_cv.data.frame = quote(nn_cv(x = d["x"], y = Y, folds = 2, epochs = 3)),
      nn_cv.matrix = quote(nn_cv(x = X, y = Y, folds = 2, epochs = 3)),
      nn_cv.torch.Tensor = quote(nn_cv(x = as_tensor(X), y = Y, folds = 2, epochs = 3)),
      nn_tune = quote(nn_tune(x = X, y = Y, penalty = list(0, 1), learn_rate = list(0.1, 0.2))),
      nn_tune.formula = quote(nn_tune(
        formula = y ~ x, data = d, epochs = 2, penalty = list(0, 1), learn_rate = list(0.1, 0.2)
      )),
      nn_tune.data.frame = quote(nn_tune(
        x = d["x"], y = Y, epochs = 2, penalty = list(0, 1), learn_rate = list(0.1, 0.2)
      )),
      nn_tune.matrix = quote(nn_tune(
        x = X, y = Y, epochs = 2, penalty = list(0, 1), learn_rate = list(0.1, 0.2)
      )),
      nn_tune.array = quote(nn_tune(x = images, y = Y, model = flat, epochs = 2,
        penalty = list(0, 1), learn_rate = list(0.1, 0.2))),
      nn_tune.torch.Tensor = quote(nn_tune(
        x = as_tensor(X), y = Y, epochs = 2, penalty = list(0, 1), learn_rate = list(0.1, 0.2)
      )),
      lm_compare = quote(lm_compare(x = y ~ x, data = d)),
      lm_compare.formula = quote(lm_compare(x = y ~ x, data = d)),
      lm_compare.formula = quote(lm_compare(x = y ~ x, data = d, methods = c("qr", "sgd"))),
      lm_compare.lm = quote(lm_compare(x = lm_fit, y = linear)),
      lm_compare.nn_fit = quote(lm_compare(x = linear, y = lm_fit)),
      loss_table = quote(loss_table(fit = linear)),
      nn_diagnose = quote(nn_diagnose(fit = linear)),
      nn_importance = quote(nn_importance(fit = linear)),
      nn_importance = quote(nn_importance(fit = linear, type = "shap")),
      nn_effects = quote(nn_effects(fit = both, variables = "x", data = d)),
      nn_effects = quote(nn_effects(fit = both, type = "average")),
      nn_effects = quote(nn_effects(fit = both, variables = "x", type = "ale", by = "g")),
      nn_effects = quote(nn_effects(fit = both, variables = "g", type = "ice")),
      nn_load = quote(nn_load(path = saved)),
      nn_report = quote(nn_report(fit = linear, file = page, title = "One", open = FALSE)),
      nn_design = quote(nn_design(fit = linear, newdata = d)),
      nn_module = quote(nn_module(fit = linear)),
      nn_test = quote(nn_test(fit = linear, variables = "x", data = d, times = 19)),
      activation_table = quote(activation_table(activation = "relu", input = c(-1, 1))),
      nn_caret = quote(nn_caret(layers = 1)),
      nn_parsnip = quote(nn_parsnip(formula = y ~ x, data = d, epochs = 3)),
      nn_playground = quote(nn_playground(formula = y ~ x, data = d, epochs = 3)),
      install_nnfit = quote(install_nnfit())
    ),
    sweep_file_calls(), sweep_methods(), sweep_tensor_methods()
  )
}

# Where Python has pyarrow.
sweep_file_calls <- function() {
  if (!reads_parquet()) return(NULL)
  list(nn_job = quote(nn_job(formula = y ~ x, data = parquet, epochs = 3, file = job)))
}

sweep_methods <- function() {
  list(
    predict.nn_fit = quote(predict(object = linear, newdata = d)),
    predict.nn_fit = quote(predict(object = replicated, newdata = d, interval = "confidence")),
    predict.nn_fit = quote(predict(object = classes, newdata = d, type = "prob")),
    predict.nn_fit = quote(predict(object = own, newdata = X)),
    predict.nn_fit = quote(predict(object = linear, newdata = d, se.fit = TRUE)),
    predict.nn_fit = quote(predict(object = tuned, newdata = mtcars, interval = "confidence")),
    predict.nn_fit = quote(predict(object = survived, newdata = times, type = "survival")),
    survfit.nn_fit = quote(survival::survfit(formula = survived, newdata = times)),
    as_coxph = quote(as_coxph(fit = survived)),
    concordance.nn_fit = quote(survival::concordance(object = survived, newdata = times)),
    confint.nn_fit = quote(confint(object = replicated)),
    confint.nn_fit = quote(confint(object = linear)),
    vcov.nn_fit = quote(vcov(object = linear)),
    tidy.nn_fit = quote(tidy(x = linear)),
    augment.nn_fit = quote(augment(x = linear)),
    anova.nn_fit = quote(anova(object = linear)),
    print.summary.nn_fit = quote(print(x = summary(linear))),
    residuals.nn_fit = quote(residuals(object = linear)),
    nobs.nn_fit = quote(nobs(object = linear)),
    variable.names.nn_fit = quote(variable.names(object = linear, full = FALSE)),
    case.names.nn_fit = quote(case.names(object = linear)),
    weights.nn_fit = quote(weights(object = linear)),
    model.matrix.nn_fit = quote(model.matrix(object = linear)),
    extractAIC.nn_fit = quote(extractAIC(fit = linear)),
    drop1.nn_fit = quote(drop1(object = linear)),
    add1.nn_fit = quote(add1(object = linear, scope = ~ . + g)),
    update.nn_fit = quote(update(object = linear)),
    model.frame.nn_fit = quote(model.frame(formula = linear, data = d)),
    print.nn_fit = quote(print(x = linear)),
    print.nn_fit = quote(print(x = network)),
    print.nn_cv = quote(print(x = folds)),
    print.nn_tune = quote(print(x = searched)),
    predict.nn_tune = quote(predict(object = searched)),
    coef.nn_tune = quote(coef(object = searched)),
    fitted.nn_tune = quote(fitted(object = searched)),
    residuals.nn_tune = quote(residuals(object = searched)),
    tidy.nn_tune = quote(tidy(x = searched)),
    coef.nn_tune = quote(coef(object = searched)),
    fitted.nn_tune = quote(fitted(object = searched)),
    residuals.nn_tune = quote(residuals(object = searched)),
    deviance.nn_tune = quote(deviance(object = searched)),
    plot.nn_tune = quote(plot(x = searched)),
    autoplot.nn_tune = quote(ggplot2::autoplot(object = searched)),
    plot.nn_searched = quote(plot(x = searched)),
    print.lm_compare = quote(print(x = descents)),
    print.lm_pair = quote(print(x = compared)),
    tidy.lm_compare = quote(tidy(x = descents)),
    tidy.lm_pair = quote(tidy(x = compared)),
    as.data.frame.lm_compare = quote(as.data.frame(x = compared)),
    update.lm_compare = quote(update(object = descents)),
    str.nn_fit = quote(str(object = network)),
    plot.nn_fit = quote(plot(x = linear)),
    plot.nn_fit = quote(plot(x = linear, which = "curve")),
    plot.nn_fit = quote(plot(x = both, which = "curve", variables = "x", by = "g")),
    print.nn_effects = quote(print(x = effects)),
    tidy.nn_effects = quote(tidy(x = effects)),
    plot.nn_effects = quote(plot(x = effects)),
    autoplot.nn_effects = quote(ggplot2::autoplot(object = effects)),
    plot.nn_fit = quote(plot(x = linear, which = "network")),
    plot.nn_confusion = quote(plot(x = classes, which = "observed")),
    print.nn_diagnose = quote(print(x = diagnosed)),
    format.nn_diagnose = quote(format(x = diagnosed)),
    as.data.frame.nn_diagnose = quote(as.data.frame(x = diagnosed)),
    plot.nn_diagnose = quote(plot(x = diagnosed)),
    autoplot.nn_diagnose = quote(ggplot2::autoplot(object = diagnosed)),
    print.nn_importance = quote(print(x = mattered)),
    format.nn_importance = quote(format(x = mattered)),
    print.nn_shap = quote(print(x = shares)),
    format.nn_shap = quote(format(x = shares)),
    autoplot.nn_average_effects = quote(ggplot2::autoplot(object = average)),
    autoplot.nn_effect_curves = quote(ggplot2::autoplot(object = effects)),
    autoplot.nn_effect_levels = quote(ggplot2::autoplot(object = by_level)),
    plot.nn_importance = quote(plot(x = mattered)),
    autoplot.nn_importance = quote(ggplot2::autoplot(object = mattered)),
    plot.nn_shap = quote(plot(x = shares)),
    autoplot.nn_shap = quote(ggplot2::autoplot(object = shares)),
    plot.nn_shap_values = quote(plot(x = shares, which = "values")),
    plot.nn_shap_mean = quote(plot(x = shares, which = "mean")),
    plot.nn_shap_dependence = quote(plot(x = shares, which = "dependence")),
    plot.nn_tuning = quote(plot(x = tuned, which = "tuning")),
    plot.nn_rates = quote(plot(x = found, which = "learn_rate")),
    plot.nn_probability = quote(plot(x = classes, which = "residuals")),
    plot.nn_cv = quote(plot(x = folds)),
    autoplot.nn_cv = quote(ggplot2::autoplot(object = folds)),
    plot.nn_network = quote(plot(x = linear, which = "network")),
    plot.nn_activation_table = quote(plot(x = activation_table("relu"))),
    plot.lm_compare = quote(plot(x = descents)),
    plot.nn_compared_fits = quote(plot(x = descents, which = "fits")),
    plot.nn_compared_estimates = quote(plot(x = descents, which = "coefficients")),
    plot.nn_compared_path = quote(plot(x = descents, which = "path")),
    plot.nn_compared_losses = quote(plot(x = descents, which = "loss")),
    autoplot.lm_compare = quote(ggplot2::autoplot(object = descents)),
    autoplot.nn_compared_fits = quote(ggplot2::autoplot(object = descents, which = "fits")),
    autoplot.nn_compared_estimates = quote(
      ggplot2::autoplot(object = descents, which = "coefficients")
    ),
    autoplot.nn_compared_path = quote(ggplot2::autoplot(object = descents, which = "path")),
    autoplot.nn_compared_losses = quote(ggplot2::autoplot(object = descents, which = "loss")),
    autoplot.nn_fit = quote(ggplot2::autoplot(object = linear)),
    autoplot.nn_fit = quote(ggplot2::autoplot(object = linear, which = "curve")),
    autoplot.nn_fit = quote(ggplot2::autoplot(object = linear, which = "network")),
    autoplot.nn_rates = quote(ggplot2::autoplot(object = found, which = "learn_rate")),
    autoplot.nn_loss_table = quote(ggplot2::autoplot(object = losses))
  )
}

sweep_tensor_methods <- function() {
  list(
    as_tensor = quote(as_tensor(x = c(1, 2))),
    iterate = quote(iterate(it = tensor)),
    print.torch.Tensor = quote(print(x = tensor)),
    head.torch.Tensor = quote(head(x = tensor)),
    tail.torch.Tensor = quote(tail(x = tensor)),
    aperm.torch.Tensor = quote(aperm(a = tensor)),
    `dim<-.torch.Tensor` = quote(`dim<-`(x = tensor, value = 4)),
    anyNA.torch.Tensor = quote(anyNA(x = tensor)),
    mean.torch.Tensor = quote(mean(x = tensor)),
    median.torch.Tensor = quote(median(x = tensor)),
    Summary.torch.Tensor = quote(sum(tensor)),
    unique.torch.Tensor = quote(unique(x = tensor)),
    all.equal.torch.Tensor = quote(all.equal(target = tensor, current = tensor)),
    as.vector.torch.Tensor = quote(as.vector(x = tensor)),
    as.data.frame.torch.Tensor = quote(as.data.frame(x = tensor)),
    determinant.torch.Tensor = quote(determinant(x = tensor)),
    solve.torch.Tensor = quote(solve(a = tensor, b = c(1, 2))),
    solve.tensor_qr = quote(solve(a = decomposed, b = c(1, 2))),
    Ops.torch.Tensor = quote(`+`(e1 = tensor, e2 = 1)),
    `[.torch.Tensor` = quote(`[`(tensor, 1, 1, drop = TRUE)),
    `[<-.torch.Tensor` = quote(`[<-`(tensor, 1, 1, value = 1)),
    `[[<-.torch.Tensor` = quote(`[[<-`(tensor, 1, 1, value = 1)),
    `%*%` = quote(`%*%`(x = tensor, y = tensor)),
    crossprod = quote(crossprod(x = tensor, y = tensor)),
    tcrossprod = quote(tcrossprod(x = tensor, y = tensor))
  )
}

# What is not, and why.
not_swept <- c(
  if (getRversion() >= "4.3.0") c(chooseOpsMethod.torch.Tensor = "R asks it, never a user"),
  cbind.torch.Tensor = "R reads deparse.level itself, before it looks for a method",
  rbind.torch.Tensor = "as cbind()",
  nn_save = "a text that is swept is the name of a file to it, which it would write",
  nn_export = "as nn_save()",
  tidy = "the generic of another package",
  glance = "the generic of another package",
  augment = "the generic of another package",
  `$.torch.Tensor` = "its name is written, never a value",
  `$.nnfit.python` = "its name is written, never a value",
  `$.nn_fit` = "its name is written, never a value",
  `$<-.nn_fit` = "as `$`",
  `$.summary.nn_fit` = "its name is written, never a value",
  `[[.nnfit.python` = "it takes what Python's object takes",
  knit_print.nn_loss_table = "knitr calls it",
  Effect.nn_fit = "effects reads what it is given",
  effect.nn_fit = "effects reads what it is given",
  allEffects.nn_fit = "effects reads what it is given",
  emm_basis.nn_fit = "emmeans calls it",
  coeftest.nn_fit = "lmtest reads what it is given",
  coefci.nn_fit = "lmtest reads what it is given",
  waldtest.nn_fit = "lmtest reads what it is given",
  nn_fit.recipe = "needs recipes: its tests have wrong data"
)
