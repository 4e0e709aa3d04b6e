# JSON as text and back. What is written here has 17 digits, so that a number comes back as
# it was; what is read comes from anyone.

deepest_json <- 64L # brackets within brackets; a fit has about a dozen

# What is wrong with a file, as the rest of a sentence that begins with its name.
unreadable <- function(...) {
  stop(structure(class = c("nnfit_unreadable", "error", "condition"),
    list(message = paste0(...), call = NULL)
  ))
}

# Whether all of some conditions are TRUE, tried in order; one that can not be looked at is not.
holds <- function(...) {
  for (k in seq_len(...length())) {
    if (!isTRUE(tryCatch(...elt(k), error = function(error) FALSE))) return(FALSE)
  }
  TRUE
}

json_texts <- function(x) {
  x <- enc2utf8(as.character(x))
  if (!all(validUTF8(x))) stop("a text that is in no known encoding")
  x <- gsub("\\", "\\\\", x, fixed = TRUE)
  x <- gsub("\"", "\\\"", x, fixed = TRUE)
  for (code in unique(unlist(lapply(grep("[\001-\037]", x, value = TRUE), utf8ToInt)))) {
    if (code < 32) x <- gsub(intToUtf8(code), sprintf("\\u%04x", code), x, fixed = TRUE)
  }
  paste0("\"", x, "\"")
}

# A whole number of type double keeps its type: 1.0.
json_numbers <- function(x) {
  if (is.integer(x)) return(as.character(x))
  text <- sprintf("%.17g", x)
  whole <- !grepl("[.e]", text)
  text[whole] <- paste0(text[whole], ".0")
  text
}

json_array <- function(texts) paste0("[", paste(texts, collapse = ","), "]")

json_object <- function(texts) {
  if (!length(texts)) return("{}")
  paste0("{", paste0(json_texts(names(texts)), ":", texts, collapse = ","), "}")
}

# Lists of scalars and lists; of an object a list with names.
read_json <- function(text) {
  check_json_depth(text)
  made <- tryCatch(jsonlite::parse_json(text), error = function(error) {
    unreadable("has a header that is no JSON.")
  })
  check_json_names(made)
  made
}

# Before anything is built of it.
check_json_depth <- function(text) {
  if (!validUTF8(text)) unreadable("has a header that is no UTF-8.")
  bare <- gsub("\"(?:[^\"\\\\]++|\\\\.)*+\"", "\"\"", text, perl = TRUE, useBytes = TRUE)
  signs <- as.integer(charToRaw(bare))
  steps <- (signs %in% c(91L, 123L)) - (signs %in% c(93L, 125L))
  if (max(0, cumsum(steps)) > deepest_json) {
    unreadable("has a header of more than ", deepest_json, " levels.")
  }
}

check_json_names <- function(tree) {
  if (!is.list(tree)) {
    if (is.numeric(tree) && !is.finite(tree)) {
      unreadable("has a number in its header that is too large for a float.")
    }
    return(invisible())
  }
  twice <- anyDuplicated(names(tree))
  if (twice) {
    unreadable("has the name ", in_quotes(names(tree)[twice]), " twice in its header.")
  }
  lapply(tree, check_json_names)
}

in_quotes <- function(x) paste0("'", substr(as.character(x)[1], 1, 60), "'")
