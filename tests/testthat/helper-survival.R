# What tests of censored times begin with: the rows of survival's lung that are complete, its
# functions, and a coxph() that goes on until nothing moves. All in the test file's own place.
use_survival <- function(further = character(), functions = TRUE, where = parent.frame()) {
  skip_if_no_torch()
  skip_if_not_installed("survival")
  columns <- c("time", "status", "age", "sex", "ph.ecog", "ph.karno", further)
  where$lung <- stats::na.omit(survival::lung[columns])
  if (functions) {
    where$Surv <- survival::Surv
    where$strata <- survival::strata
  }
  where$exact <- suppressWarnings(
    survival::coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 60)
  )
}

# Of the linear fit and of coxph(): by name both, of the data `lung` and `heart` in the place of
# the test.
survival_pairs <- function(where = parent.frame()) {
  models <- list(
    plain = quote(Surv(time, status) ~ age + ph.ecog),
    strata = quote(Surv(time, status) ~ age + ph.ecog + strata(sex)),
    factor = quote(Surv(time, status) ~ age * factor(sex))
  )
  pairs <- lapply(models, function(formula) {
    eval(bquote(list(
      survival::coxph(.(formula), lung, control = exact), nn_fit(.(formula), lung)
    )), where)
  })
  further <- list(
    weighted = quote(list(
      survival::coxph(Surv(time, status) ~ age + strata(sex) + ph.ecog, lung,
        weights = ph.karno / 50, control = exact, robust = FALSE
      ),
      nn_fit(Surv(time, status) ~ age + strata(sex) + ph.ecog, lung, weights = ph.karno / 50)
    )),
    breslow = quote(list(
      survival::coxph(Surv(time, status) ~ age + offset(ph.ecog / 3), lung,
        subset = age > 50, ties = "breslow", control = exact
      ),
      nn_fit(Surv(time, status) ~ age + offset(ph.ecog / 3), lung,
        subset = age > 50, loss = list("cox", ties = "breslow")
      )
    )),
    starts = quote(list(
      survival::coxph(Surv(start, stop, event) ~ age + year + transplant, heart, control = exact),
      nn_fit(Surv(start, stop, event) ~ age + year + transplant, heart)
    )),
    strata_with_starts = quote(list(
      survival::coxph(Surv(start, stop, event) ~ age + strata(surgery), heart, control = exact),
      nn_fit(Surv(start, stop, event) ~ age + strata(surgery), heart)
    ))
  )
  c(pairs, lapply(further, eval, where))
}
