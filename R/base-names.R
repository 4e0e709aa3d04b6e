# Names as users write them: which spellings are one name, and which name they
# may have meant. python/nnfit/core/ground/names.py does the same for Python,
# step by step: the two must agree on every name.

# Case, `_`, `-`, `.` and blanks do not matter; every other character does.
# A to Z only, and not tolower(): that follows the session's language, where "I"
# may become a dotless i. Bytes that are no UTF-8 are spelt out.
canonical_name <- function(name) {
  name <- iconv(enc2utf8(name), "UTF-8", "UTF-8", sub = "byte")
  name <- chartr(paste(LETTERS, collapse = ""), paste(letters, collapse = ""), name)
  gsub("[-_. ]", "", name)
}

# The choice that a misspelt name was meant to be: the one choice that begins
# with the name, if there is one only; else the one choice that has the name as a
# part; else, among the choices that differ from it in half of their letters at
# most, the one with the fewest edits, and of several the first. NULL: none is
# near. Compared are canonical names.
nearest <- function(name, choices) {
  choices <- choices[!is.na(choices)]
  key <- substr(canonical_name(name), 1, longest_name)
  keys <- substr(canonical_name(choices), 1, longest_name)
  for (found in list(startsWith(keys, key), grepl(key, keys, fixed = TRUE))) {
    if (sum(found) == 1) return(choices[found])
  }
  away <- edits(key, keys)
  near <- which(2 * away <= pmax(nchar(key), nchar(keys)))
  if (length(near)) choices[near[which.min(away[near])]]
}

longest_name <- 50 # letters that are compared: the work grows by their square

# How many edits lead from a word to each of several: the optimal string
# alignment distance (Boytsov 2011, ACM Journal of Experimental Algorithmics 16).
# An edit puts a letter in, takes one out, puts another in its place, or swaps two
# neighbours. One pass over the letters serves all words, each a row of `above`.
edits <- function(word, words) {
  a <- strsplit(word, "")[[1]]
  most <- max(0, nchar(words))
  b <- lapply(seq_len(most), function(j) substr(words, j, j))
  above <- matrix(0:most, length(words), most + 1, byrow = TRUE)
  for (i in seq_along(a)) {
    row <- above
    row[, 1] <- i
    for (j in seq_len(most)) {
      row[, j + 1] <- pmin(above[, j + 1] + 1, row[, j] + 1, above[, j] + (a[i] != b[[j]]))
      if (i > 1 && j > 1) {
        swapped <- a[i] == b[[j - 1]] & a[i - 1] == b[[j]]
        row[swapped, j + 1] <- pmin(row[swapped, j + 1], before[swapped, j - 1] + 1)
      }
    }
    before <- above
    above <- row
  }
  above[cbind(seq_along(words), nchar(words) + 1)]
}
