# What was asked: the call, and its options in words.

report_asked <- function(about) {
  fit <- about$fit
  tags <- htmltools::tags
  list(
    tags$pre(tabindex = "0", call_lines(fit$call)),
    report_list(asked_items(fit)),
    report_options(fit)
  )
}

most_lines <- 40

# Of do.call() the call may hold the data themselves.
call_lines <- function(call) {
  lines <- deparse(call, width.cutoff = 70, nlines = most_lines + 1)
  if (length(lines) > most_lines) lines <- c(lines[seq_len(most_lines)], "...")
  paste(shorten_line(lines), collapse = "\n")
}

shorten_line <- function(text, width = 500) {
  ifelse(nchar(text) > width, paste0(substr(text, 1, width - 3), "..."), text)
}

asked_items <- function(fit) {
  c(
    Formula = formula_words(fit), Trained = describe_training(fit),
    Factors = line_of(describe_embed(fit)), Penalty = line_of(describe_tuning(fit)),
    Replicates = line_of(describe_replicates(fit))
  )
}

formula_words <- function(fit) {
  if (!is.null(fit$formula)) shorten_line(rlang::quo_text(fit$formula), 300)
}

# What print() says in a line or two.
line_of <- function(text) {
  if (length(text)) gsub("\n", "; ", trimws(paste(text, collapse = "")), fixed = TRUE)
}

# Each option that the call names, with what the table of options says of it.
report_options <- function(fit) {
  written <- as.list(fit$call)[-1]
  names <- intersect(rlang::names2(written), names(option_table()))
  if (!length(names)) return(report_note("No option was given: all follow from the data."))
  report_table(data.frame(
    Option = names,
    Given = vapply(names, function(name) option_text(written[[name]]), ""),
    Meaning = vapply(names, function(name) option_row(name)$meaning, ""),
    check.names = FALSE
  ), "Options that the call gives")
}

option_text <- function(value) {
  shorten(paste(trimws(deparse(value, nlines = 3)), collapse = " "), 60)
}

report_note <- function(text) htmltools::tags$p(class = "note", with_code(text))
