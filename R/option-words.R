# The words of other packages for what is asked here: a table shared with the Python
# core (python/nnfit/core/options/words.csv, which words.py there explains). Both
# languages have to find the same.

# What an unknown name was meant to be: a list of `name`, or NULL, and `hint`, or
# NULL. `kind`: "option", or the option whose choices these are.
meant <- function(kind, name, choices) {
  words <- words_for(kind, choices)
  key <- substr(canonical_name(name), 1, longest_name)
  # Torch's losses end in "Loss".
  known <- intersect(c(key, if (kind == "loss") sub("loss$", "", key)), words$key)
  if (length(known)) return(meaning(words, match(known[1], words$key)))
  near <- nearest(name, choices)
  if (nchar(key) >= 5 && (is.null(near) || edits(key, canonical_name(near)) > 1)) {
    like <- abs(nchar(words$key) - nchar(key)) <= 1
    close <- which(like)[edits(key, words$key[like]) <= 1]
    if (length(close)) return(meaning(words, close[1]))
  }
  list(name = near, hint = NULL)
}

# Those that stand for one of the choices, or for nothing that there is.
words_for <- function(kind, choices) {
  words <- table_of_core("options", "words")
  words <- words[words$kind == kind & (words$means %in% c(choices, NA)), ]
  words$key <- canonical_name(words$word)
  words
}

meaning <- function(words, row) {
  or_none <- function(cell) if (!is.na(cell)) cell
  list(name = or_none(words$means[row]), hint = or_none(words$hint[row]))
}
