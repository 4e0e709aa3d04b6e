# What was asked: the call, and its options in words.

report_asked <- function(about) {
  fit <- about$fit
  tags <- htmltools::tags
  list(
    if (!is_of_python(fit)) tags$pre(tabindex = "0", call_lines(fit$call)),
    report_list(asked_items(fit)),
    if (is_of_python(fit)) report_settled(fit) else report_options(fit)
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

# A file of Python's has no call, but what each option has come to.
report_settled <- function(fit) {
  names <- intersect(names(option_table()), settled_options)
  values <- lapply(fit$options[names], function(x) if (is.integer(x)) as.double(x) else x)
  names <- names[lengths(values) > 0]
  list(
    report_note("This fit was made in Python, and its file does not hold the call."),
    report_table(data.frame(
      Option = names,
      Value = vapply(values[names], argument_text, ""),
      Meaning = vapply(names, function(name) option_row(name)$meaning, ""),
      check.names = FALSE
    ), "Options that it was fitted with, given or by default")
  )
}

# Those whose values are numbers and words, and say something of any fit.
settled_options <- c(
  "hidden_units", "dropout", "penalty", "mixture", "members", "learn_rate", "epochs", "batch_size",
  "stop_iter", "scale", "seed"
)

# A search gives values with all their digits.
option_text <- function(value) {
  if (is.numeric(value) && !length(value)) return("none")
  if (is.double(value)) value <- signif(value, 6)
  shorten(paste(trimws(deparse(value, nlines = 3)), collapse = " "), 60)
}

report_note <- function(text) htmltools::tags$p(class = "note", with_code(text))
