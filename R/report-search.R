# Of a fit that a search has chosen: among how many candidates, by which score, and the best ones.

# `about$search`: the search, where that was given; a fit of one has its `searched` alone.
report_search <- function(about) {
  search <- about$search
  if (is.null(search)) {
    lines <- about$fit$searched
    if (is.null(lines)) return(NULL)
    return(list(
      lapply(lines, htmltools::tags$p),
      report_note("`nn_report()` of the search itself shows its candidates.")
    ))
  }
  list(
    lapply(searched_lines(search), htmltools::tags$p),
    report_table(best_candidates(search), "The best candidates"),
    htmltools::tags$div(class = "pictures", report_picture(
      function() plot(search),
      paste("A panel for each option that was searched, with the score of each candidate:",
        toString(names(search$space))),
      panels_of(length(search$space))
    ))
  )
}

# As print() of the search has it, in sentences; a fit of it keeps these.
searched_lines <- function(search) {
  row <- search$results[search$results$chosen, ]
  number <- function(value) format(signif(value, 4))
  error <- if (!is.na(row$std_error)) paste0(" (standard error ", number(row$std_error), ")")
  judged <- if (is.null(search$folds)) {
    "rows held out once"
  } else {
    repeats <- ncol(search$folds)
    paste0(max(search$folds), " folds", if (repeats > 1) paste0(", dealt ", repeats, " times"))
  }
  c(
    paste0("Chosen by nn_tune() among ", describe_candidates(search), "; judged by ", judged, "."),
    paste0(
      search_chosen(search), ": ", options_text(search$best), ". ", score_name(search),
      " on rows held out ", number(row$mean), error, "."
    ),
    "The score of the best of many flatters it: judge the fit by rows that had no part in it."
  )
}

best_candidates <- function(search, most = 10) {
  table <- utils::head(search$results, most)
  shown <- lapply(table[names(search$space)], function(column) {
    vapply(column, candidate_text, "", USE.NAMES = FALSE)
  })
  made <- data.frame(
    Rank = table$rank, shown, table$mean, table$std_error, ifelse(table$chosen, "yes", ""),
    check.names = FALSE
  )
  names(made) <- c("Rank", names(shown), score_name(search), "Standard error", "Chosen")
  made[vapply(made, function(column) !all(is.na(column)), NA)]
}
