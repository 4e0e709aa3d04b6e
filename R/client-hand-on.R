# Generics that do with a linear fit what they do with the lm() or glm() that it is equal to. They
# differ in nothing but their names, so they are a table, of which the methods are made as the
# packages are loaded. What a package does not have in the version that is there is passed over.

# By package. What is not here works by the methods that a fit has, or by the parts that `$`
# gives to packages (R/fit-dollar.R).
handed_on <- list(
  base = c("kappa", "qr"),
  stats = c("alias", "dummy.coef", "effects", "proj", "simulate"),
  insight = c(
    "find_algorithm", "get_datagrid", "get_df", "get_loglikelihood", "get_predicted",
    "get_residuals", "get_statistic", "loglikelihood", "model_info"
  ),
  performance = c(
    "check_autocorrelation", "check_collinearity", "check_heteroscedasticity", "check_model",
    "check_normality", "check_outliers", "check_overdispersion", "check_predictions",
    "model_performance", "performance_aic", "performance_aicc", "performance_logloss",
    "performance_mae", "performance_mse", "r2", "r2_coxsnell", "r2_efron", "r2_mcfadden",
    "r2_mckelvey", "r2_nagelkerke"
  ),
  parameters = c(
    "ci", "degrees_of_freedom", "equivalence_test", "model_parameters", "p_value",
    "reduce_parameters", "select_parameters", "simulate_model", "simulate_parameters",
    "standard_error", "standardize_parameters"
  ),
  car = c(
    "Anova", "avPlot", "avPlots", "Boot", "boxCox", "brief", "ceresPlot", "ceresPlots",
    "confidenceEllipse", "Confint", "crPlot", "crPlots", "deltaMethod", "dfbetaPlots",
    "dfbetasPlots", "durbinWatsonTest", "hccm", "infIndexPlot", "influencePlot",
    "inverseResponsePlot", "leveneTest", "leveragePlot", "linearHypothesis",
    "mcPlot", "mcPlots", "mmp", "ncvTest", "outlierTest", "powerTransform", "Predict", "qqPlot",
    "residualPlot", "residualPlots", "S", "sigmaHat", "spreadLevelPlot", "symbox", "vif"
  ),
  multcomp = "modelparm",
  MASS = c("addterm", "boxcox", "dropterm", "gamma.shape", "logtrans")
)

# These take a covariance, as `vcov.`: for a fit with replicates it is theirs, as vcov() has it.
of_covariance <- c("Anova", "Confint", "deltaMethod", "linearHypothesis", "modelparm")

register_handed_on <- function() {
  for (package in names(handed_on)) {
    if (isNamespaceLoaded(package)) register_for(package)
    setHook(packageEvent(package, "onLoad"), function(package, ...) register_for(package))
  }
}

register_for <- function(package, generics = handed_on[[package]]) {
  namespace <- asNamespace(package)
  for (generic in intersect(generics, getNamespaceExports(namespace))) {
    registerS3method(generic, "nn_fit", handing_on(package, generic), envir = namespace)
  }
}

# The fit has the generic's name for it, by which it may be given.
handing_on <- function(package, generic) {
  first <- names(formals(getExportedValue(package, generic)))[1]
  body <- rlang::call2("hand_on", as.name(first), package, generic, quote(...))
  rlang::new_function(without_defaults(first), body, topenv())
}

without_defaults <- function(first) {
  stats::setNames(rep(list(rlang::missing_arg()), 2), c(first, "..."))
}

# What their packages can not do with a coxph(), and what does instead.
not_of_censored <- c(
  r2_efron = "r2_nagelkerke() does.", r2_mcfadden = "r2_nagelkerke() does.",
  check_outliers = "residuals(fit, type = \"dfbetas\") tells which rows move coefficients."
)

hand_on <- function(fit, package, generic, ...) {
  if (generic %in% names(not_of_censored)) {
    instead <- not_of_censored[[generic]]
    refuse_survival(fit, paste0(generic, "()"), instead, rlang::caller_env())
  }
  model <- equal_model(fit, generic, rlang::caller_env())
  # Asked from within the package: some find their methods there alone.
  body <- rlang::call2(generic, quote(model), quote(...))
  ask <- rlang::new_function(without_defaults("model"), body, asNamespace(package))
  if (!generic %in% of_covariance || !is_replicated(fit) || "vcov." %in% ...names()) {
    return(ask(model, ...))
  }
  ask(model, ..., vcov. = stats::vcov(fit, complete = FALSE))
}
