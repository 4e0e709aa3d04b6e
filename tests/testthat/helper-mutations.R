# Files of fits changed at random, as tests/python/mutations.py does: bytes, their number,
# and values within the header's JSON.

strange_values <- list(
  NULL, TRUE, 0L, -1L, 3.5, 1e18, 1e308, "", "a", "$tensor", "F64", "system", list(), list(list()),
  list(1L, 2L), list(a = 1L), list(`$tensor` = "x"), list(`$number` = "nan"),
  list(`$number` = 1L), list(`$pairs` = list()), list(`$r` = "symbol", name = "system"),
  list(`$r` = "environment", id = 99L), list(`$r` = "language", value = list()),
  list(`$r` = "language", value = list(list(`$r` = "symbol", name = "system"), "touch hacked")),
  list(`$r` = "list", value = list(), attributes = list(class = "strange")),
  strrep("x", 1000), as.list(1:100)
)

split_file <- function(bytes) {
  length <- sum(as.integer(bytes[1:8]) * 256^(0:7))
  header <- jsonlite::parse_json(rawToChar(bytes[8 + seq_len(length)]))
  for (name in c("fit", "formula", "r")) {
    text <- header[["__metadata__"]][[name]]
    if (!is.null(text)) header[["__metadata__"]][[name]] <- jsonlite::parse_json(text)
  }
  list(header = header, rest = utils::tail(bytes, -(8 + length)))
}

json_of <- function(tree) {
  as.character(jsonlite::toJSON(
    tree, auto_unbox = TRUE, null = "null", digits = NA, always_decimal = TRUE
  ))
}

join_file <- function(parts) {
  header <- parts$header
  texts <- header[["__metadata__"]]
  if (is.list(texts)) {
    trees <- intersect(c("fit", "formula", "r"), names(texts))
    header[["__metadata__"]][trees] <- lapply(texts[trees], json_of)
  }
  text <- charToRaw(enc2utf8(json_of(header)))
  c(as.raw(length(text) %/% 256^(0:7) %% 256), text, parts$rest)
}

tree_places <- function(tree, way = list()) {
  inner <- if (is.list(tree)) seq_along(tree)
  c(list(way), unlist(lapply(inner, function(k) tree_places(tree[[k]], c(way, k))), FALSE))
}

change_tree <- function(tree, way) {
  if (length(way) > 1) {
    tree[[way[[1]]]] <- change_tree(tree[[way[[1]]]], way[-1])
    return(tree)
  }
  kind <- sample(4, 1)
  if (kind == 1) return(tree[-way[[1]]])
  if (kind == 2 && !is.null(names(tree))) {
    names(tree)[way[[1]]] <- paste0(names(tree)[way[[1]]], "x")
    return(tree)
  }
  tree[way[[1]]] <- sample(strange_values, 1)
  tree
}

# `parts`: the file as split_file() has it.
mutated <- function(bytes, parts, ways) {
  size <- length(bytes)
  in_header <- size - length(parts$rest)
  put <- function(places) replace(bytes, places, as.raw(sample(0:255, length(places), TRUE)))
  switch(sample(6, 1),
    put(sample(size, sample(5, 1))),
    put(sample(in_header, sample(3, 1))),
    utils::head(bytes, sample(size, 1) - 1),
    {
      ends <- sort(sample(size, 2))
      part <- bytes[ends[1]:ends[2]]
      c(utils::head(bytes, ends[1]), rep(part, sample(0:2, 1)), utils::tail(bytes, -ends[2]))
    },
    join_file(list(header = change_tree(parts$header, sample(ways, 1)[[1]]), rest = parts$rest)),
    join_file(list(header = change_tree(parts$header, sample(ways, 1)[[1]]), rest = parts$rest))
  )
}

# What became of `number` changed files; `faults` are errors that are not ours, `slowest` the
# seconds that one took, `megabytes` what all took at most.
fuzz_files <- function(path, number, use = function(fit) NULL) {
  bytes <- readBin(path, "raw", file.size(path))
  parts <- split_file(bytes)
  ways <- Filter(length, tree_places(parts$header))
  changed <- tempfile(fileext = ".safetensors")
  on.exit(unlink(changed))
  slowest <- 0
  outcome <- function() {
    writeBin(mutated(bytes, parts, ways), changed)
    began <- proc.time()[["elapsed"]]
    on.exit(slowest <<- max(slowest, proc.time()[["elapsed"]] - began))
    tryCatch({
      fit <- suppressMessages(nn_load(changed))
      use(fit)
      "read"
    }, nnfit_error = function(error) "refused", error = function(error) {
      paste(class(error)[1], conditionMessage(error), deparse1(conditionCall(error)))
    })
  }
  before <- sum(gc(reset = TRUE)[, 6])
  found <- vapply(seq_len(number), function(k) outcome(), "")
  list(
    counts = table(found[found %in% c("read", "refused")]),
    faults = unique(found[!found %in% c("read", "refused")]),
    slowest = slowest, megabytes = sum(gc()[, 6]) - before
  )
}
