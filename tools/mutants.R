# Rscript tools/mutants.R FILE...: the changes of R code that tools/mutants.py may make, a line for
# each: file, line and column of its first and of its last character, kind, the new text.

# What stands in the place of a token.
swaps <- c(
  "<" = "<=", "<=" = "<", ">" = ">=", ">=" = ">", "==" = "!=", "!=" = "==", "&&" = "||",
  "||" = "&&", "&" = "|", "|" = "&", "+" = "-", "-" = "+", "TRUE" = "FALSE", "FALSE" = "TRUE"
)

rows_of <- function(file) {
  data <- utils::getParseData(parse(file, keep.source = TRUE), includeText = TRUE)
  data[data$token != "COMMENT", ]
}

change <- function(rows, kind, text) {
  if (!nrow(rows)) return(NULL)
  data.frame(rows[c("line1", "col1", "line2", "col2")], kind = kind, text = text)
}

swapped <- function(data) {
  rows <- data[data$terminal & data$text %in% names(swaps) & data$token != "STR_CONST", ]
  change(rows, "operator", unname(swaps[rows$text]))
}

other_numbers <- function(data) {
  rows <- data[data$token == "NUM_CONST" & grepl("^[0-9.]+L?$", data$text), ]
  change(rows, "number", sprintf("(%s + 1)", rows$text))
}

children <- function(data, id) data[data$parent == id, ]

negated <- function(data) {
  found <- lapply(data$parent[data$token == "IF"], function(id) {
    inside <- children(data, id)
    inside[inside$token == "expr", ][1, ]
  })
  rows <- do.call(rbind, found)
  if (is.null(rows)) return(NULL)
  change(rows, "condition", sprintf("!(%s)", rows$text))
}

# From the comma before it to its end.
without_argument <- function(data) {
  found <- lapply(data$id[data$token == "SYMBOL_SUB"], function(id) {
    one <- data[data$id == id, ]
    beside <- children(data, one$parent)
    at <- match(id, beside$id)
    if (at < 2 || beside$token[at - 1] != "','" || at + 2 > nrow(beside)) return(NULL)
    span <- beside[at - 1, ]
    span[c("line2", "col2")] <- beside[at + 2, c("line2", "col2")]
    span
  })
  rows <- do.call(rbind, found)
  if (!is.null(rows)) change(rows, "argument", "")
}

without_statement <- function(data) {
  found <- lapply(unique(data$parent[data$token == "'{'"]), function(id) {
    inside <- children(data, id)
    inside[!inside$token %in% c("'{'", "'}'", "';'"), ]
  })
  rows <- do.call(rbind, found)
  if (!is.null(rows)) change(rows, "statement", "NULL")
}

for (file in commandArgs(TRUE)) {
  data <- rows_of(file)
  kinds <- list(swapped, other_numbers, negated, without_argument, without_statement)
  found <- do.call(rbind, lapply(kinds, function(kind) kind(data)))
  if (is.null(found)) next
  found$text <- gsub("\n", "\\n", gsub("\\", "\\\\", found$text, fixed = TRUE), fixed = TRUE)
  utils::write.table(
    cbind(file, found), sep = "\t", quote = FALSE, row.names = FALSE, col.names = FALSE
  )
}
