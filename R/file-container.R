# Files of safetensors: arrays by name and texts beside them, read without trust. The same
# in Python: python/nnfit/core/saved/container.py.

longest_header <- 1e8 # bytes

# By the name of a dtype: bytes of a number, and how they are read from a connection.
file_dtypes <- list(
  F64 = list(size = 8, read = function(con, n) read_numbers(con, "double", n, 8)),
  F32 = list(size = 4, read = function(con, n) read_numbers(con, "double", n, 4)),
  I64 = list(size = 8, read = function(con, n) {
    wide_integers(read_numbers(con, "integer", 2 * n, 4))
  }),
  I32 = list(size = 4, read = function(con, n) read_numbers(con, "integer", n, 4)),
  U8 = list(size = 1, read = function(con, n) as.integer(read_numbers(con, "raw", n, 1))),
  BOOL = list(size = 1, read = function(con, n) truths(read_numbers(con, "raw", n, 1)))
)

read_numbers <- function(con, what, n, size) {
  values <- readBin(con, what, n, size = if (what == "raw") 1L else size, endian = "little")
  if (length(values) != n) unreadable("became shorter while it was read.")
  values
}

# Of 64 bits, from the lower and the upper half of each.
wide_integers <- function(halves) {
  halves <- matrix(as.double(halves), 2)
  halves[is.na(halves)] <- -2^31 # which R reads as missing
  low <- halves[1, ] + 2^32 * (halves[1, ] < 0)
  value <- low + 2^32 * halves[2, ]
  if (any(abs(value) > 2^53)) unreadable("has whole numbers that a double does not hold.")
  if (all(abs(value) <= .Machine$integer.max)) as.integer(value) else value
}

truths <- function(bytes) {
  if (any(bytes > as.raw(1))) unreadable("has truth values that are neither 0 nor 1.")
  as.logical(bytes)
}

# `arrays` by name, each with its dimensions, and `texts`.
read_safetensors <- function(path) {
  size <- file.size(path)
  if (!utils::file_test("-f", path) || is.na(size)) unreadable("is no file.")
  con <- file(path, "rb")
  on.exit(close(con))
  header <- read_header(con, size)
  texts <- header[["__metadata__"]]
  if (!all(vapply(texts, rlang::is_string, NA))) {
    unreadable("has something other than texts in `__metadata__`.")
  }
  header[["__metadata__"]] <- NULL
  places <- Map(file_place, names(header), header)
  places <- places[order_of_places(places)]
  check_cover(places, size - attr(header, "end"))
  list(arrays = lapply(places, read_array, con = con), texts = texts)
}

read_header <- function(con, size) {
  first <- readBin(con, "raw", 8)
  if (length(first) < 8) unreadable("ends after ", length(first), " bytes.")
  length <- sum(as.integer(first) * 256^(0:7))
  if (length > min(size - 8, longest_header)) {
    unreadable("says that its header has ", with_commas(length), " bytes, and it has ",
      with_commas(size), " in all: it is cut short, or no safetensors file."
    )
  }
  bytes <- readBin(con, "raw", length)
  if (any(bytes == as.raw(0)) || length(bytes) < length) {
    unreadable("has a header that is no JSON.")
  }
  header <- read_json(rawToChar(bytes))
  if (!is_named_list(header)) unreadable("has a header that is no list of names.")
  structure(header, end = 8 + length)
}

is_named_list <- function(x) is.list(x) && (!length(x) || !is.null(names(x)))

file_place <- function(name, entry) {
  parts <- c("dtype", "shape", "data_offsets")
  if (!holds(is.list(entry), setequal(names(entry), parts), length(entry) == 3)) {
    unreadable("does not say what ", in_quotes(name), " is: dtype, shape, data_offsets.")
  }
  if (!holds(rlang::is_string(entry$dtype), entry$dtype %in% names(file_dtypes))) {
    unreadable("has ", in_quotes(name), " of a dtype that is not known here.")
  }
  shape <- file_counts(entry$shape)
  if (!holds(!is.null(shape), length(shape) <= 32, all(shape <= .Machine$integer.max))) {
    unreadable("has ", in_quotes(name), " of an impossible shape.")
  }
  offsets <- file_counts(entry$data_offsets)
  if (!holds(length(offsets) == 2, offsets[1] <= offsets[2])) {
    unreadable("has ", in_quotes(name), " at impossible offsets.")
  }
  if (prod(shape) * file_dtypes[[entry$dtype]]$size != offsets[2] - offsets[1]) {
    unreadable("has ", in_quotes(name), " of another shape than its bytes.")
  }
  list(name = name, dtype = entry$dtype, shape = shape, begin = offsets[1], end = offsets[2])
}

# Whole numbers, or NULL.
file_counts <- function(x) {
  if (!is.list(x) || !is.null(names(x))) return(NULL)
  if (!all(vapply(x, function(one) is.numeric(one) && length(one) == 1, NA))) return(NULL)
  x <- as.double(unlist(x))
  if (all(x >= 0 & x == floor(x) & x < 2^53)) x
}

order_of_places <- function(places) {
  order(vapply(places, `[[`, 0, "begin"), vapply(places, `[[`, 0, "end"))
}

# Every byte belongs to one array: none is hidden, and none is told twice.
check_cover <- function(places, size) {
  end <- 0
  for (place in places) {
    if (place$begin != end) {
      unreadable("has ", in_quotes(place$name), " where it ",
        if (place$begin < end) "overlaps another array." else "leaves bytes before it."
      )
    }
    end <- place$end
  }
  if (end != size) {
    unreadable("has ", with_commas(size), " bytes of arrays where its header says ",
      with_commas(end), "."
    )
  }
}

# The last index varies fastest in the file, and the first in R.
read_array <- function(place, con) {
  values <- file_dtypes[[place$dtype]]$read(con, prod(place$shape))
  dims <- length(place$shape)
  if (dims == 0) return(values)
  if (dims == 1) return(array(values, place$shape))
  aperm(array(values, rev(place$shape)), dims:1)
}

# As a whole or not at all: beside the file that is there, which it then replaces.
write_safetensors <- function(path, arrays, texts) {
  packed <- lapply(arrays, pack_array)
  # The widest first: then each begins at a multiple of its own width.
  packed <- packed[order(-vapply(packed, `[[`, 0, "size"))]
  ends <- cumsum(vapply(packed, function(one) one$size * length(one$values), 0))
  begins <- c(0, ends)[seq_along(ends)]
  entries <- Map(file_entry, packed, begins, ends)
  header <- json_object(c(`__metadata__` = json_object(json_texts_of(texts)), unlist(entries)))
  header <- charToRaw(header)
  header <- c(header, rep(charToRaw(" "), -length(header) %% 8))
  replace_file(path, function(con) {
    writeBin(as.raw(length(header) %/% 256^(0:7) %% 256), con)
    writeBin(header, con)
    for (one in packed) {
      if (one$size == 1) writeBin(as.raw(one$values), con)
      else writeBin(one$values, con, size = one$size, endian = "little")
    }
  })
}

json_texts_of <- function(texts) stats::setNames(json_texts(unlist(texts)), names(texts))

pack_array <- function(x) {
  dim <- dim(x)
  dtype <- c(double = "F64", integer = "I32", logical = "BOOL")[[typeof(x)]]
  values <- if (length(dim) > 1) as.vector(aperm(x)) else as.vector(x)
  list(dtype = dtype, size = file_dtypes[[dtype]]$size, shape = dim, values = values)
}

file_entry <- function(one, begin, end) {
  whole <- function(x) json_array(format(x, scientific = FALSE, trim = TRUE))
  json_object(c(
    dtype = json_texts(one$dtype), shape = if (length(one$shape)) whole(one$shape) else "[]",
    data_offsets = whole(c(begin, end))
  ))
}

# R has no fsync(): where the system has the program, it is asked.
replace_file <- function(path, write) {
  path <- normalizePath(path, mustWork = FALSE)
  beside <- tempfile(paste0(".", basename(path), "."), dirname(path))
  on.exit(unlink(beside))
  con <- suppressWarnings(file(beside, "wb")) # the error says it
  tryCatch(write(con), finally = close(con))
  if (nzchar(Sys.which("sync"))) {
    suppressWarnings(system2("sync", shQuote(beside), stdout = FALSE, stderr = FALSE))
  }
  if (file.exists(path)) Sys.chmod(beside, file.mode(path), use_umask = FALSE)
  if (!file.rename(beside, path)) stop("it can not be put in its place")
}
