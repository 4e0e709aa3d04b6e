# Which R values are numbers to a tensor, wherever one becomes a tensor or stands
# beside one. A class may say that the doubles or integers under it mean something
# else: dates, seconds or hours, codes, bits. Those are refused by name.

# Classes of vectors, matrices and arrays whose numbers are what they look like.
PLAIN_CLASSES <- c(
  "numeric", "integer", "double", "logical", "complex", "matrix", "array", "AsIs",
  "table", "xtabs", "ts", "mts", "poly", "basis", "bs", "ns"
)

# What to write instead, for some classes that are no plain numbers.
CLASS_HINTS <- c(
  factor = "torch counts classes from 0: {.code as.integer(x) - 1L}.",
  difftime = "Say in which unit: {.code as.numeric(x, units = \"secs\")}.",
  Date = "Say what it should be: {.code as.numeric(x)} counts days from 1970-01-01.",
  POSIXct = "Say what it should be: {.code as.numeric(x)} counts seconds from 1970-01-01.",
  units = "Drop the unit yourself: {.code units::drop_units(x)}.",
  haven_labelled = "Take the codes as numbers with {.code haven::zap_labels(x)}.",
  hexmode = "{.code as.integer(x)} is its number.",
  octmode = "{.code as.integer(x)} is its number.",
  roman = "{.code as.integer(x)} is its number.",
  dist = "{.code as.matrix(x)} is its matrix."
)

is_plain_numbers <- function(x) {
  if (inherits(x, "integer64")) return(is.double(x))
  plain <- typeof(x) %in% c("double", "integer", "logical", "complex") && !isS4(x)
  plain && all(oldClass(x) %in% PLAIN_CLASSES)
}

number_hint <- function(x) {
  known <- intersect(class(x), names(CLASS_HINTS))
  if (length(known)) CLASS_HINTS[[known[1]]]
}

# Refuses what is no plain numbers; `name` is what the user calls it.
check_numbers <- function(x, name, call) {
  if (is_plain_numbers(x)) return(invisible())
  abort_nnfit("tensor", c(
    if (inherits(x, "integer64")) {
      "{name} is no integer64 of bit64's."
    } else {
      "{name} must be numeric, logical or complex, not {.obj_type_friendly {shown(x)}}."
    },
    "i" = number_hint(x)
  ), call)
}

# Without a class that makes no difference; the shape stays.
as_plain <- function(x) {
  if (!is.object(x) || inherits(x, "integer64")) return(x)
  shape <- dim(x)
  x <- as.vector(unclass(x))
  dim(x) <- shape
  x
}

# A data frame as a matrix: every column numbers, the column that is not by name.
frame_numbers <- function(x, name, frame) {
  columns <- as.list(x)
  for (k in seq_along(columns)) {
    column <- paste0("column `", names(columns)[k], "` of ", name)
    check_numbers(columns[[k]], column, user_call(frame))
  }
  long <- vapply(columns, inherits, NA, "integer64")
  if (any(long) && all(long)) {
    bits <- vapply(columns, function(column) as.vector(unclass(column)), numeric(nrow(x)))
    return(structure(array(bits, c(nrow(x), length(columns))), class = "integer64"))
  }
  columns[long] <- lapply(columns[long], long_as_double, frame)
  x <- as.data.frame(x)
  x[] <- lapply(columns, as_plain)
  as.matrix(x)
}

# bit64's integers are integers of 64 bits in the memory of doubles. Python reads
# them as what they are: an array of int64, which stays there; doubles with NaN if
# there is an NA.
long_crossing <- function(x, frame) {
  tensor_call("integer64", array(unclass(x), dim(x) %||% length(x)), is.null(dim(x)), frame = frame)
}

# As R's doubles; beyond 2^53 they would not be the same numbers.
long_as_double <- function(x, frame) {
  as.vector(tensor_ask("integer64 as double", array(unclass(x)), frame = frame))
}
