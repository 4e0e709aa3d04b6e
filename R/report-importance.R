# How much predictions owe to each variable, and how they move with the most important ones.

report_importance <- function(about) {
  if (is.null(about$seen$data)) return(report_reason(about$seen$why))
  check_finite_fit(about)
  found <- importance_of_report(about)
  terms <- utils::head(found$term, 3)
  list(
    htmltools::tags$p(importance_lead(found)),
    htmltools::tags$div(class = "pictures", report_picture(
      function() plot(found),
      paste0("Points of importances with their limits, from the most important: ", toString(terms)),
      if (nrow(found) > 8) "tall" else "one"
    )),
    report_rows_of(importance_columns(found), "Importance of each variable", "variable")
  )
}

importance_columns <- function(found) {
  columns <- c("term", "importance", "std.error", "conf.low", "conf.high")
  table <- as.data.frame(tidy(found)[columns])
  names(table) <- c("Variable", "Importance", "Standard error", "95% from", "to")
  table
}

importance_lead <- function(found) {
  part <- c(
    "held out" = "rows held out", training = "the rows that were trained on, so that what was learnt
      by heart counts too", new = "the rows that were given"
  )[[attr(found, "part")]]
  paste0(
    "By how much the loss rises where a variable has the values of other rows, on ",
    gsub("\\s+", " ", part), "."
  )
}

# Once for both parts. The seed is the fit's, so that the page is the same each time.
importance_of_report <- function(about) {
  kept <- about$kept
  if (is.null(kept$importance)) {
    many <- sum(row_counts(about$fit)) * about$fit$columns$number > 1e6
    kept$importance <- explained(
      about, nn_importance, seed = seed_of_report(about$fit), repeats = if (many) 3 else 10
    )
  }
  kept$importance
}

check_finite_fit <- function(about) {
  if (!is.null(about$fit$fitted)) check_predictions(about$fit, about$call)
}

seed_of_report <- function(fit) if (is.null(fit$seed)) 1 else fit$seed

# From where the user stands, whose data it may look up.
explained <- function(about, fun, ...) {
  do.call(
    fun, list(about$fit, ..., data = about$seen$given, model = about$module), envir = about$user
  )
}
