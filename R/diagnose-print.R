# A diagnosis in the console, and as a table.

#' @rdname nn_diagnose
#' @export
print.nn_diagnose <- function(x, digits = max(3L, getOption("digits") - 4L), ...) {
  check_dots()
  check_digits(digits, rlang::current_env())
  cat(format(x, digits = digits), sep = "\n")
  invisible(x)
}

#' @rdname nn_diagnose
#' @export
format.nn_diagnose <- function(x, digits = max(3L, getOption("digits") - 4L), ...) {
  check_dots()
  check_digits(digits, rlang::current_env())
  lines <- c(paste0("Diagnosis of ", x$fit, ":"), found_lines(x$checks, digits))
  c(lines, passed_lines(x$checks), "", layer_lines(x$layers, digits))
}

# What was found: layers of which the same is said together.
found_lines <- function(checks, digits) {
  found <- checks[checks$verdict %in% c("useless", "look"), ]
  if (!nrow(found)) return(c("", "Nothing was found that should be looked at."))
  # What makes a fit useless first.
  found <- found[order(found$verdict != "useless"), ]
  same <- paste(found$check, found$verdict)
  groups <- split(found, factor(same, unique(same)))
  unlist(lapply(groups, group_lines, digits), use.names = FALSE)
}

group_lines <- function(group, digits) {
  layers <- group$layer[!is.na(group$layer)]
  of_layers <- if (length(layers)) paste0(", ", layer_words_of(layers))
  values <- vapply(unique(range(group$value)), format, "", digits = digits)
  heading <- paste0(
    "[", group$verdict[1], "] ", check_title(group$check[1]), of_layers, ": ",
    paste(values, collapse = " to "), " (limit ", format(group$limit[1], digits = digits), ")"
  )
  # Of several layers what is the same is said of the worst.
  says <- if (length(layers) > 1) group$says[which.max(beyond_limit(group))] else group$says[1]
  c("", strwrap(heading, exdent = 4), strwrap(says, indent = 4, exdent = 4))
}

# "1 to 4, 6"
ranges_text <- function(numbers) {
  runs <- split(numbers, cumsum(c(1, diff(numbers) != 1)))
  toString(vapply(runs, function(run) {
    if (length(run) > 2) paste(run[1], "to", run[length(run)]) else toString(run)
  }, ""))
}

# Where some layers are not well, which are. `checks`: all of one title, as too much and too little
# of the same have. NULL: none.
passed_words <- function(title, checks) {
  if (all(checks$verdict == "ok")) return(title)
  well <- setdiff(checks$layer, checks$layer[checks$verdict != "ok"])
  if (length(well)) paste0(title, ", ", layer_words_of(well))
}

layer_words_of <- function(layers) {
  paste0("layer", if (length(layers) > 1) "s", " ", ranges_text(layers))
}

passed_lines <- function(checks) {
  title <- check_title(checks$check)
  passed <- unlist(lapply(unique(title), function(one) passed_words(one, checks[title == one, ])))
  unknown <- checks[checks$verdict == "unknown", ]
  unknown <- unknown[!duplicated(paste(unknown$check, unknown$says)), ]
  well <- paste0("Looked at and well: ", paste(passed, collapse = "; "), ".")
  c(
    "", if (length(passed)) strwrap(well, exdent = 2),
    unlist(Map(function(name, says) {
      words <- paste0(tolower(substr(says, 1, 1)), substring(says, 2))
      strwrap(paste0(check_title(name), ": ", words), exdent = 2)
    }, unknown$check, unknown$says), use.names = FALSE)
  )
}

layer_lines <- function(layers, digits) {
  if (!nrow(layers)) return(character())
  shown <- layers[c("layer", "units", "activation", "dead", "saturated", "mean", "sd",
    "comes_back", "gradient", "ratio")]
  # Of which no layer has any.
  shown <- shown[vapply(shown, function(column) !all(is.na(column) | column == ""), NA)]
  numbers <- names(shown)[vapply(shown, is.double, NA)]
  shown[numbers] <- lapply(shown[numbers], function(column) {
    text <- vapply(column, format, "", digits = digits)
    format(ifelse(is.na(column), "", text), justify = "right")
  })
  if ("dead" %in% names(shown)) {
    shown$dead <- ifelse(is.na(shown$dead), "", format(shown$dead))
  }
  names(shown) <- sub("comes_back", "comes back", names(shown), fixed = TRUE)
  right <- setdiff(names(shown), "activation")
  utils::capture.output(print_table(as.list(shown), right = right))
}

#' @rdname nn_diagnose
#' @export
tidy.nn_diagnose <- function(x, ...) {
  check_dots()
  x$checks
}

#' @rdname nn_diagnose
#' @export
as.data.frame.nn_diagnose <- function(x, row.names = NULL, optional = FALSE, ...) {
  check_dots()
  check_frame_arguments(row.names, optional, nrow(x$checks), rlang::current_env())
  as.data.frame(x$checks, row.names = row.names, optional = optional)
}
