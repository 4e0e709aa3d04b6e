# Values that are wrong for nearly every argument, by name. helper-sweep-calls.R
# says where one of them is right.

# Where a call has this in the place of an argument, it is empty: `f(x = )`.
left_empty <- structure(list(), class = "left_empty")

sweep_values <- function() {
  c(sweep_numbers(), sweep_texts(), sweep_classed(), sweep_containers(), sweep_code(),
    sweep_python(), list(left_empty = left_empty))
}

sweep_numbers <- function() {
  list(
    null = NULL, na = NA, na_number = NA_real_, na_integer = NA_integer_, nan = NaN, inf = Inf,
    minus_inf = -Inf, minus_one = -1, minus_zero = -0, zero = 0, one = 1, three = 3L,
    fraction = 1.5, tenth = 0.1, tiny = 1e-300, huge = 1e300, beyond_integer = 2^31,
    beyond_double = 2^53 + 2, beyond_size = 1e19, two_numbers = c(1, 2), with_na = c(1, NA),
    with_inf = c(1, Inf), named = c(a = 1), long = seq_len(1e5) + 0.5, true = TRUE, false = FALSE,
    two_flags = c(TRUE, FALSE), complex = 1i, raw = as.raw(1), no_integer = integer(),
    no_number = numeric(), no_flag = logical(), no_raw = raw()
  )
}

sweep_texts <- function() {
  list(
    na_text = NA_character_, no_text = character(), empty = "", word = "nope", digit = "3",
    true_text = "TRUE", blank = " ", newline = "a\nb", brace = "{x}", code = "{stop('run')}",
    half_brace = "a { b", percent = "%s %d %n", backslash = "a\\0b", quotes = "it's \"q\" `b`",
    non_ascii = "\u00e9\u6f22", no_utf8 = "\xff\xfe", long_text = strrep("x", 1e4),
    two_texts = c("a", "b"), text_na = c("a", NA)
  )
}

sweep_classed <- function() {
  list(
    factor = factor("a"), ordered = factor(c("a", "b"), ordered = TRUE),
    date = as.Date("2024-01-01"), time = as.POSIXct("2024-01-01", tz = "UTC"),
    difference = as.difftime(1, units = "hours"),
    integer64 = structure(1, class = "integer64"), version = numeric_version("1.2"),
    S4 = methods::getClass("numeric"), lm = stats::lm(dist ~ speed, cars)
  )
}

sweep_containers <- function() {
  list(
    no_list = list(), list_na = list(NA), list_nan = list(1, NaN), list_null = list(NULL),
    functions = list(mean, sum), nested = list(list(1)), named_list = list(a = 1),
    frame = data.frame(q = 1:2), one_row = data.frame(q = 1), no_rows = data.frame(q = numeric()),
    no_columns = data.frame(), bare_rows = data.frame(row.names = 1:3), matrix = matrix(1:4, 2),
    one_cell = matrix(1), texts = matrix(c("a", "b"), 1), no_cells = matrix(numeric(), 0, 2),
    cube = array(1:8, c(2, 2, 2)), environment = new.env(), global = globalenv()
  )
}

sweep_code <- function() {
  list(
    "function" = function(x) x, primitive = sum, formula = zz ~ qq, one_sided = ~zz,
    symbol = quote(abc), call = quote(abc(1)), expression = expression(a, b)
  )
}

sweep_python <- function() {
  list(
    tensor = torch$ones(2L), tensor_number = torch$tensor(1.5), module = torch$nn,
    layer = torch$nn$Linear(2L, 1L), class = torch$nn$Linear, callable = torch$relu,
    dtype = torch$int64, nothing = torch$Generator()
  )
}
