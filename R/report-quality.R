# How well the fit predicts: measures, and pictures of each row.

# Of rows that were given: measures beside those of the fit's own, and pictures of these alone.
report_quality <- function(about) {
  fit <- about$fit
  given <- given_fit(about)
  if (is.null(given)) stored_fitted(fit, about$call)
  if (fit$outcome$kind == "survival") return(report_survival(fit, given))
  shown <- given %||% fit
  list(
    report_measures(fit, given),
    report_note(paste(
      c(drawn_words(shown, !is.null(given)), given_words(about), drawn_once(shown)), collapse = " "
    )),
    if (fit$outcome$kind == "class") class_quality(shown, about) else numeric_quality(shown, about),
    report_coverage(shown)
  )
}

# Of rows that were given: whether the fit knows them, and that they count alike.
given_words <- function(about) {
  if (is.null(about$seen$rows)) return(NULL)
  c(
    shared_words(about$seen$shared),
    if (!is.null(own_weights(about$fit))) "Each counts once, without the weights of the fit."
  )
}

part_words <- c(
  given = "Rows given as data", training = "Rows trained on", validation = "Rows held out",
  "held out" = "The same rows, each by networks that have not seen it"
)

# Of which rows the pictures are.
drawn_words <- function(fit, given) {
  rows <- counted(nrow(fit$fitted), "row")
  if (given) return(paste0("The pictures are of the ", rows, " given as `data`."))
  if (length(fit$validation_rows)) {
    return("The pictures are of the rows trained on, and of those held out.")
  }
  paste0("The pictures are of the ", rows, " that were trained on, which a fit knows best.")
}

# Measures go by weights; points and counts do not.
weighted_words <- function(fit) if (!is.null(own_weights(fit))) "Each row counts by its weight."

drawn_once <- function(fit) {
  if (!is.null(own_weights(fit))) {
    "Measures count each row by its weight; pictures and tables of counts have each row once."
  }
}

# A row for each set of rows: those that were given come first.
measures_table <- function(fit, given = NULL) {
  table <- performance_table(fit)
  if (is.null(given)) return(table)
  new <- given_performance(given)
  more <- more_measures(given)
  if (length(more)) {
    new[names(more)] <- as.list(more)
    plain <- !is.null(table) && is.null(own_weights(fit)) && !length(fit$validation_rows)
    own <- if (plain) more_measures(fit)
    for (name in if (!is.null(table)) names(more)) {
      table[[name]] <- replace(rep(NA_real_, nrow(table)), 1, own[name] %||% NA_real_)
    }
  }
  rbind(new, table)
}

report_measures <- function(fit, given = NULL) {
  table <- measures_table(fit, given)
  names(table) <- c(data = "Rows of", rows = "Rows", measure_words)[names(table)]
  table[[1]] <- part_words[table[[1]]]
  table <- table[vapply(table, function(column) !all(is.na(column)), NA)]
  several <- several_words(fit)
  alone <- performance_by_outcome(given %||% fit)
  if (!is.null(alone)) {
    alone$data <- part_words[if (is.null(given)) alone$data else "given"]
    names(alone) <- c(outcome = "Outcome", data = "Rows of", rows = "Rows", measure_words)[
      names(alone)
    ]
  }
  list(
    report_table(table, "Measures"), if (length(several)) report_note(several),
    if (!is.null(alone)) report_table(alone, "Measures of each outcome")
  )
}

numeric_quality <- function(fit, about) {
  size <- panels_of(length(outcome_names(fit)))
  pictures <- c(
    observed = "Points of predicted against observed values, with the line of equal ones.",
    residuals = "Points of residuals against fitted values, with a smooth trend."
  )
  htmltools::tags$div(class = "pictures", unname(Map(function(which, alt) {
    picture <- make_picture(fit, which, NULL, NULL, FALSE, about$call, about$user)
    report_picture(function() plot(picture), alt, size)
  }, names(pictures), pictures)))
}

class_quality <- function(fit, about) {
  many <- length(fit$validation_rows) || length(fit$outcome$levels) > 6
  confusion <- make_picture(fit, "observed", NULL, NULL, FALSE, about$call, about$user)
  list(
    htmltools::tags$div(class = "pictures", report_picture(
      function() plot(confusion),
      "Columns for the observed classes, cut into the shares that were predicted as each class; the
        table beneath has the numbers.", if (many) "wide" else "one"
    )),
    confusion_tables(confusion, !is.null(about$seen$rows))
  )
}

most_classes <- 30 # in a table

# Rows are the observed classes, columns those predicted.
confusion_tables <- function(confusion, given = FALSE) {
  classes <- nlevels(confusion$observed)
  if (classes > most_classes) {
    return(report_note(paste("A table of", classes, "classes would be too wide.")))
  }
  lapply(levels(droplevels(confusion$part)), function(part) {
    these <- confusion[confusion$part == part, ]
    counts <- stats::xtabs(n ~ observed + predicted, these)
    frame <- data.frame(
      class_names(rownames(counts)), unclass(counts), check.names = FALSE, row.names = NULL
    )
    names(frame) <- c("Observed", paste("as", class_names(colnames(counts))))
    words <- tolower(part_words[[if (given) "given" else part]])
    report_table(frame, paste0("How often each class was predicted: ", words))
  })
}

# Of quantiles: as many rows should be below as the level says.
report_coverage <- function(fit) {
  if (component_name(fit$options$loss) != "quantile") return(NULL)
  level <- unlist(fit$options$loss[[2]]$level) %||% 0.5
  fitted <- fit$fitted
  level <- rep_len(level, ncol(fitted))
  below <- observed_by_response(fit) <= fitted
  parts <- row_parts(fit)
  present <- levels(droplevels(parts))
  weights <- own_weights(fit) %||% rep(1, nrow(below))
  shares <- lapply(present, function(part) {
    these <- parts == part
    colSums(below[these, , drop = FALSE] * weights[these]) / sum(weights[these])
  })
  names(shares) <- part_words[present]
  report_table(data.frame(
    Level = table_text(level), shares, check.names = FALSE
  ), "The share of rows at or below the predicted quantile")
}

report_survival <- function(fit, given = NULL) {
  if (!is.null(given)) given <- survival_summary(given)
  if (!is.null(given)) given$part <- "given"
  table <- rbind(given, survival_summary(fit))
  table$part <- part_words[table$part]
  names(table) <- c(
    "Rows of", "Rows", "Events", "Concordance", "Standard error", "Brier score",
    "Without predictors", "Up to time"
  )
  table <- table[vapply(table, function(column) !all(is.na(column)), NA)]
  list(
    report_table(table, "How well it tells who lives longer"),
    report_note("Censored times have no plain residuals: `residuals(fit)` has martingale residuals,
      and `plot(survival::survfit(fit))` draws curves.")
  )
}
