# The page: its head, its parts in order, and what is said where one has failed.

# By the id of each part its title and what makes it: of all that is known of the fit a list of
# tags, or NULL where it does not belong to such a fit.
report_parts <- function() {
  list(
    asked = list("What was asked", report_asked),
    search = list("How it was chosen", report_search),
    data = list("Data", report_data),
    training = list("Training", report_training),
    quality = list("How well it predicts", report_quality),
    calibration = list("Calibration", report_calibration),
    coefficients = list("Coefficients", report_coefficients),
    importance = list("What matters", report_importance),
    effects = list("How predictions move", report_effects),
    diagnosis = list("What may be wrong", report_diagnosis),
    again = list("To do it again", report_again)
  )
}

# `about`: the fit, the rows that there are, the user's module, call and frame.
report_page <- function(about, title) {
  tags <- htmltools::tags
  parts <- report_parts()
  sections <- Map(function(id, part) report_section(id, part[[1]], part[[2]], about),
    names(parts), parts)
  sections <- Filter(length, unname(sections))
  body <- tags$body(
    tags$header(tags$h1(title), report_facts(about), report_contents(parts, sections)),
    tags$main(sections)
  )
  paste(c(
    "<!DOCTYPE html>", "<html lang=\"en\">", "<head>", as.character(report_head(title)), "</head>",
    as.character(body), "</html>", ""
  ), collapse = "\n")
}

# What is in it: htmltools would hand a head itself on to the page around it.
report_head <- function(title) {
  tags <- htmltools::tags
  htmltools::tagList(
    tags$meta(charset = "utf-8"),
    tags$meta(name = "viewport", content = "width=device-width, initial-scale=1"),
    tags$meta(name = "generator", content = paste("nnfit", utils::packageVersion("nnfit"))),
    tags$title(title), tags$style(htmltools::HTML(report_style()))
  )
}

report_style <- function() {
  file <- system.file("report", "report.css", package = "nnfit")
  paste(readLines(file, encoding = "UTF-8"), collapse = "\n")
}

# What fails is said in its place, and the others are there. Warnings are told beneath.
report_section <- function(id, title, make, about) {
  notes <- character()
  made <- withCallingHandlers(
    tryCatch(make(about), error = report_failure),
    warning = function(warning) {
      notes <<- c(notes, said_shortly(warning))
      invokeRestart("muffleWarning")
    }
  )
  if (is.null(made)) return(NULL)
  tags <- htmltools::tags
  heading <- paste0(id, "-title")
  tags$section(
    id = id, `aria-labelledby` = heading, tags$h2(id = heading, title), made,
    lapply(unique(notes), function(note) tags$p(class = "note", with_code(note)))
  )
}

report_contents <- function(parts, sections) {
  tags <- htmltools::tags
  shown <- vapply(sections, function(section) section$attribs$id, "")
  tags$nav(`aria-label` = "Parts of the page", tags$ul(lapply(shown, function(id) {
    tags$li(tags$a(href = paste0("#", id), parts[[id]][[1]]))
  })))
}

# What is refused is said by its own words; anything else is a fault of the page.
report_failure <- function(error) {
  said <- said_shortly(error)
  report_reason(if (inherits(error, "nnfit_error")) said else paste("This part failed:", said))
}

report_reason <- function(text) htmltools::tags$p(class = "reason", with_code(text))

# What an error or a warning begins with, not yet cut into the lines of a console.
said_shortly <- function(condition) {
  text <- cli::ansi_strip(paste(condition$message, collapse = " "))
  shorten_line(trimws(gsub("[\\\\]?\\s+", " ", text)), 300)
}

# What stands between backticks is code.
with_code <- function(text) {
  parts <- strsplit(text, "`", fixed = TRUE)[[1]]
  ticks <- lengths(gregexpr("`", text, fixed = TRUE))
  if (length(parts) < 2 || ticks %% 2) return(text)
  lapply(seq_along(parts), function(i) {
    if (i %% 2) parts[i] else htmltools::tags$code(parts[i], .noWS = "outside")
  })
}

# The few numbers that a reader wants first.
report_facts <- function(about) {
  fit <- about$fit
  rows <- row_counts(fit)
  facts <- c(
    Model = describe_model(fit), Rows = with_commas(rows[["train"]]),
    "Held out" = if (rows[["validation"]]) with_commas(rows[["validation"]]),
    headline_measures(about)
  )
  tags <- htmltools::tags
  tags$dl(class = "facts", unname(Map(function(name, value) {
    tags$div(tags$dt(name), tags$dd(value))
  }, names(facts), facts)))
}

# Of the rows that were given, or else of those that were not trained on, where there are some.
headline_measures <- function(about) {
  fit <- about$fit
  chosen <- about$search
  if (!is.null(chosen) && is.null(about$seen$rows)) {
    best <- chosen$results$mean[chosen$results$chosen]
    name <- paste0(score_name(chosen), ", best of ", counted(nrow(chosen$results), "candidate"))
    return(stats::setNames(format(signif(best, 3)), name))
  }
  if (fit$outcome$kind == "survival") return(NULL)
  table <- tryCatch(measures_table(fit, given_fit(about)), error = function(error) NULL)
  if (is.null(table)) return(NULL)
  row <- table[if (table$data[1] == "given") 1 else nrow(table), ]
  measures <- intersect(c("rsq", "rmse", "accuracy", "mn_log_loss"), names(row))
  measures <- measures[!is.na(unlist(row[measures]))]
  values <- vapply(measures, function(name) format(signif(row[[name]], 3)), "")
  where <- switch(row$data, training = ", in training", given = ", rows given", ", held out")
  stats::setNames(values, paste0(measure_words[measures], where))
}

measure_words <- c(
  rsq = "R\u00b2", rmse = "RMSE", accuracy = "Share right", mn_log_loss = "Log loss",
  roc_auc = "Area under ROC", deviance = "Mean deviance"
)
