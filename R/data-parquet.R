# Parquet files by path, as far as R needs to know them: which columns there are,
# their levels and ranges. Their rows stay on the Python side.

is_path <- function(x) rlang::is_string(x)

# Column -> its kind, as the core names it.
parquet_kinds <- function(path, arg, call, isolate = FALSE) {
  check_path(path, arg, call)
  # Another process looks for itself whether pyarrow is there.
  if (!isolate) need_pyarrow(call)
  found <- cross("scan_parquet", list(path.expand(path), argument = arg), call, isolate)
  unlist(found$kinds)
}

check_path <- function(path, arg, call) {
  if (!file.exists(path)) {
    abort_nnfit("data", c(
      "{.arg {arg}} must be the path of a Parquet file, or of a folder of them.",
      "x" = "{.path {beginning(path)}} does not exist.",
      "i" = if (grepl("^[.a-zA-Z][._a-zA-Z0-9]*$", path, useBytes = TRUE)) {
        "A data frame is given by its name without quotes: {.code {beginning(path)}}."
      }
    ), call)
  }
  if (dir.exists(path) && !length(list.files(path, parquet_pattern, recursive = TRUE))) {
    abort_nnfit("data", c(
      "{.arg {arg}} must be a Parquet file, or a folder of them.",
      "x" = "The folder {.path {path}} has none."
    ), call)
  }
}

# Columns of new files beside those of the training data.
check_parquet_kinds <- function(now, then, arg, call) {
  words <- c(number = "numeric", text = "character", ordered = "factor")
  plain <- function(kinds) {
    replace(kinds, kinds %in% names(words), words[kinds[kinds %in% names(words)]])
  }
  columns <- intersect(names(now), names(then))
  check_same_kinds(plain(now[columns]), plain(then[columns]), arg, call)
}

parquet_pattern <- "[.](parquet|parq|pq)$"

# The first reading of the files: their rows, levels and ranges. Refuses files in
# which something is missing. Where a fit to all of the rows follows, none of them
# weighted, `measure` has the core add up on the way what that fit will ask for.
scan_parquet <- function(path, kinds, columns, arg, call, isolate = FALSE, measure = FALSE) {
  arguments <- list(path.expand(path), as.list(columns), arg, measure)
  found <- cross("scan_parquet", arguments, call, isolate)
  check_complete(found, arg, call)
  found$levels <- Map(r_levels, found$levels, kinds[names(found$levels)])
  found
}

# As check_finite() has it for data frames.
check_complete <- function(found, arg, call) {
  bad <- unlist(found$bad)
  bad <- bad[bad > 0]
  if (length(bad)) {
    rows <- found$bad_rows
    columns <- paste0(names(bad), " (", bad, ")")
    abort_nnfit("data", c(
      "{.arg {arg}} must not have missing or infinite values.",
      "x" = "{rows} row{?s} {?has/have} NULL, NaN or Inf, in {.field {columns}}.",
      "i" = "Leave those rows out of the files, or fill them in."
    ), call)
  }
}

# Strings are sorted as factor() sorts them; a factor keeps its own order.
r_levels <- function(levels, kind) {
  levels <- as.character(levels)
  switch(kind, text = levels(factor(levels)), logical = c("FALSE", "TRUE"), levels)
}

# A few rows that stand for all: every level, and the range of every number.
# Without `found`, no rows: names and kinds alone.
parquet_frame <- function(kinds, found = NULL) {
  rows <- if (is.null(found)) 0 else max(2, lengths(found$levels))
  columns <- lapply(rlang::set_names(names(kinds)), function(name) {
    parquet_column(kinds[[name]], found$levels[[name]], found$ranges[[name]], rows)
  })
  list2DF(columns)
}

parquet_column <- function(kind, levels, range, rows) {
  switch(kind,
    number = rep_len(as.double(range), rows),
    text = ,
    factor = factor(rep_len(levels, rows), levels),
    ordered = factor(rep_len(levels, rows), levels, ordered = TRUE),
    logical = rep_len(c(FALSE, TRUE), rows),
    # of a class that no column of a model may have
    structure(raw(rows), class = kind)
  )
}
