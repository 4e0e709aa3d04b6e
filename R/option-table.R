# The options of a fit: one table, shared with the Python core
# (python/nnfit/core/options/options.csv). Its reader there, rows.py, says what is
# in it. A rule is made from each row, so that both languages refuse the same.

# A row of the table, with its cells as what they mean.
option_row <- function(name) option_table()[[name]]

# The rows by name, in the table's order; without what Python alone takes.
option_table <- function() {
  if (is.null(cache$options)) {
    rows <- table_of_core("options", "options", colClasses = "character")
    rows <- rows[rows$languages != "python", ]
    cache$options <- lapply(split(rows, factor(rows$name, rows$name)), read_row)
  }
  cache$options
}

read_row <- function(cells) {
  row <- as.list(cells)
  row$least_text <- row$least
  row$most_text <- row$most
  row$least <- read_bound(row$least, -Inf)
  row$most <- read_bound(row$most, Inf)
  row$choices <- if (!is.na(row$choices)) strsplit(row$choices, " ", fixed = TRUE)[[1]]
  row$null <- as.logical(row$null)
  row$files <- as.logical(row$files)
  row
}

# A number or a power of two, perhaps less one, as R writes it: "2^31 - 1".
read_bound <- function(text, none) {
  if (is.na(text)) none else eval(str2lang(text), baseenv())
}

# Those that need the rows in memory.
memory_only_options <- function() {
  names(Filter(function(row) !row$files, option_table()))
}

# `outcome`: its kind, for which metrics are suggested; NULL: it is not known.
check_option <- function(value, name, call, outcome = NULL) {
  if (is.null(cache$option_rules)) cache$option_rules <- lapply(option_table(), option_rule)
  rule <- cache$option_rules[[name]]
  if (name %in% metric_options) rule$meant <- function(value) meant_metric(value, outcome)
  if (!is.null(rule)) check_rule(value, rule, name, call)
}

metric_options <- c("metrics", "monitor", "metric")

# The rule of a row; NULL: what its values are is seen where they are read.
option_rule <- function(row) {
  make <- option_types[[row$type]]
  if (is.null(make)) return(NULL)
  rule <- make(row)
  likely <- rule$meant
  if (length(row$choices)) {
    likely <- function(value) if (rlang::is_string(value)) meant(row$name, value, row$choices)
  }
  must <- paste0(rule$must, if (row$null) ", or `NULL`")
  rule(must, if (row$null) or_null(rule$test) else rule$test, likely, rule$lacks)
}

is_progress <- function(x) rlang::is_bool(x) || identical(x, "plot")

option_types <- list(
  flag = function(row) flag_rule,
  flags = function(row) rule("`TRUE` or `FALSE`, or one of them for each layer", is_flags),
  progress = function(row) rule("`TRUE`, `FALSE` or \"plot\"", is_progress),
  number = function(row) {
    rule(range_words(row, "a number"), function(x) is_number(x) && within(x, row))
  },
  rate = function(row) {
    number <- option_types$number(row)
    either(number, rule(choices_words(row), is_one_of(row$choices)))
  },
  whole = function(row) {
    rule(range_words(row, "a whole number"), function(x) is_whole(x) && within(x, row))
  },
  whole_or_inf = function(row) {
    whole <- option_types$whole(row)
    rule(paste(whole$must, "or `Inf`"), function(x) is_infinity(x) || whole$test(x))
  },
  zero_or_whole = function(row) {
    whole <- option_types$whole(row)
    rule(paste("0, or", whole$must), function(x) is_number(x, 0, 0) || whole$test(x))
  },
  wholes = function(row) {
    rule(
      range_words(row, "whole numbers, each"), function(x) is_wholes(x) && all(within(x, row))
    )
  },
  # NA: no seed is set, and torch's own generator goes on.
  seed = function(row) {
    whole <- option_types$whole(row)
    rule(paste(whole$must, "or `NA`"), function(x) is_missing_value(x) || whole$test(x))
  },
  # What the rows and the other data must be is judged where the rows are known.
  share = function(row) {
    rule(
      paste0(range_words(row, "a share"), ", rows by number, or other data"),
      function(x) {
        is_other_data(x) || (is_number(x) && within(x, row)) || is_rows(x)
      }
    )
  },
  callback = function(row) callback_rule,
  folder = function(row) folder_rule,
  metrics = function(row) metrics_rule,
  metric = function(row) metric_rule,
  class_weights = function(row) {
    number <- option_types$number(row)
    rule(
      paste0("`\"balanced\"`, or ", range_words(row, "numbers by class, each")),
      function(x) weighs_classes(x, number$test),
      lacks = function(x) lacks_classes(x, number$test)
    )
  },
  embed = function(row) {
    whole <- option_types$whole(row)
    rule(
      paste0("`TRUE`, names of columns, or ", range_words(row, "whole numbers by name, each")),
      function(x) is_embed(x, function(size) isTRUE(size) || whole$test(size))
    )
  },
  choice = function(row) rule(choices_words(row), is_one_of(row$choices)),
  # As torch prints them too.
  dtype = function(row) {
    known <- is_one_of(c(row$choices, paste0("torch.", row$choices)))
    rule(choices_words(row), known)
  },
  # A name in the form of torch's, such as "cuda" or "cuda:1". Whether that device
  # is here, only Python can say.
  device = function(row) {
    known <- is_one_of(setdiff(row$choices, "auto"))
    kind <- function(x) sub(":(0|[1-9][0-9]*)$", "", x, useBytes = TRUE)
    has_form <- function(x) identical(x, "auto") || known(kind(x))
    rule(
      'the name of a torch device, such as "cpu" or "cuda:0"',
      function(x) rlang::is_string(x) && has_form(x)
    )
  }
)

callback_rule <- rule("a function of one argument, or `list(f, every = epochs)`", function(x) {
  parts <- as_callback(x)
  length(parts) > 0 && is.function(parts$fun) && length(formals(args(parts$fun))) > 0 &&
    (is.null(parts$every) || is_whole(parts$every, 1, .Machine$integer.max))
})

folder_rule <- rule("the path of a folder", function(x) {
  rlang::is_string(x) && validEnc(x) && nzchar(trimws(x))
})

# As a list of the function and `every`, NULL: by the clock. What is neither is no list.
as_callback <- function(x) {
  if (is.function(x)) return(list(fun = x, every = NULL))
  if (!rlang::is_bare_list(x) || !setequal(rlang::names2(x), c("", "every"))) return(NULL)
  if (length(x) == 2) list(fun = x[[which(names(x) == "")]], every = x$every)
}

metric_names <- function() table_of_core("options", "metrics")$name

are_metrics <- function(x) all(canonical_name(x) %in% canonical_name(metric_names()))

# An empty list is none, as Python's is.
metrics_rule <- rule("names of metrics, such as \"rmse\" or \"accuracy\"", function(x) {
  identical(x, list()) || rlang::is_character(x) && !is.object(x) && !anyNA(x) && are_metrics(x)
}, function(value) meant_metric(value))

metric_rule <- rule("the name of a metric, such as \"rmse\" or \"accuracy\"", function(x) {
  rlang::is_string(x) && are_metrics(x)
}, function(value) meant_metric(value))

# For an outcome of this kind; where it is not known, with the kind that it is for.
meant_metric <- function(values, outcome = NULL) {
  known <- table_of_core("options", "metrics")
  unknown <- values[!is.na(values) & !vapply(values, are_metrics, NA)]
  if (!length(unknown)) return(NULL)
  suited <- if (is.null(outcome)) known$name else known$name[known$outcome == outcome]
  found <- meant("metrics", unknown[1], suited)
  if (length(found$hint)) return(found)
  if (!length(found$name) && !is.null(outcome)) {
    listed <- paste0("\"", suited, "\"", collapse = ", ")
    found$hint <- paste0("For an outcome of ", measured_kinds[[outcome]], ": ", listed, ".")
  } else if (length(found$name) && is.null(outcome)) {
    kind <- known$outcome[known$name == found$name]
    found$hint <- paste0("It is for an outcome of ", measured_kinds[[kind]], ".")
  }
  found
}

measured_kinds <- c(numeric = "numbers", class = "classes", survival = "censored times")

either <- function(one, other) {
  rule(paste0(one$must, ", or ", other$must), function(x) one$test(x) || other$test(x))
}

weighs_classes <- function(x, is_weight) {
  if (identical(x, "balanced")) return(TRUE)
  is_several_of(x, is_weight) && !is.null(names(x))
}

lacks_classes <- function(x, is_weight) {
  if (is_several_of(x, is_weight) && is.null(names(x))) {
    "The numbers have no names: each needs that of its class, as in c(yes = 5, no = 1)."
  }
}

# TRUE, FALSE, c("station", "line") or list(station = 8, line = TRUE).
is_embed <- function(x, is_size) {
  if (rlang::is_bool(x) && is.null(names(x))) return(TRUE)
  if (is.object(x) || length(dim(x)) > 1 || !typeof(x) %in% embed_types) return(FALSE)
  if (is.character(x)) is_names(x) else is_names(names(x)) && all_pass(x, is_size)
}

embed_types <- c("character", "list", "double", "integer", "logical")

is_names <- function(x) {
  length(x) > 0 && !anyNA(x) && all(nzchar(x)) && !anyDuplicated(x) && all(validEnc(x))
}

# A data frame, a split, list(x, y), list(x, y, offset), or the path of files.
is_other_data <- function(x) {
  is.data.frame(x) || is_split(x) || rlang::is_bare_list(x) && length(x) %in% 2:3 ||
    rlang::is_string(x) && nzchar(x)
}

within <- function(x, row) {
  above <- if (row$open %in% c("least", "both")) x > row$least else x >= row$least
  below <- if (row$open %in% c("most", "both")) x < row$most else x <= row$most
  above & below
}

# Which numbers are meant: `what` with its range, as in "a whole number from 1 to
# 2^53".
range_words <- function(row, what) {
  if (is.na(row$least_text) && is.na(row$most_text)) return(what)
  if (is.na(row$least_text)) {
    return(paste(what, if (row$open %in% "most") "below" else "of at most", row$most_text))
  }
  if (row$open %in% "both") return(paste(what, "between", row$least_text, "and", row$most_text))
  if (!is.na(row$most_text)) {
    upto <- if (row$open %in% "most") "up to, but not including," else "to"
    return(paste(what, "from", row$least_text, upto, row$most_text))
  }
  paste(what, if (row$open %in% "least") "above" else "of at least", row$least_text)
}

choices_words <- function(row) one_of_words(row$choices)
