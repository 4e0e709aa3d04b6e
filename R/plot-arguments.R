# What a user may ask of a picture, refused by name where it can not be drawn.

# Of `plot()` and `autoplot()` of a fit, what only one picture uses.
check_picture <- function(which, data, xlim, bias, call, variables = NULL, by = NULL) {
  check_rule(bias, flag_rule, "bias", call)
  check_graphics(xlim = xlim, call = call)
  if (!is.null(data)) check_used("data", c("curve", "diagnose"), which, call)
  if (!is.null(variables)) check_used("variables", "curve", which, call)
  if (!is.null(by)) check_used("by", "curve", which, call)
  if (bias) check_used("bias", "network", which, call)
}

check_used <- function(arg, by, which, call) {
  if (!which %in% by) {
    named <- paste0("which = \"", by, "\"")
    abort_nnfit("argument", c(
      "{.arg {arg}} is for {.code {named}}.",
      "x" = "The picture {.val {which}} does not use it."
    ), call)
  }
}

# Arguments on their way to base graphics. Only those that have a rule are looked
# at: `panel.first`, say, must not be evaluated before its time.
check_graphics <- function(..., call) {
  names <- rlang::names2(as.list(substitute(list(...)))[-1])
  if (!all(nzchar(names))) {
    abort_nnfit("argument", c(
      "Every argument in {.arg ...} must be named, such as {.code log = \"y\"}."
    ), call)
  }
  given <- !vapply(as.list(substitute(list(...)))[-1], rlang::is_missing, NA)
  for (k in which(given & names %in% names(graphics_rules))) {
    value <- ...elt(k)
    # NULL means no title or the usual setting, which these have none of.
    checked <- !is.null(value) || names[k] %in% c("log", "ann")
    if (checked) check_rule(value, graphics_rules[[names[k]]], names[k], call)
  }
}

# A text or a number, or plotmath.
is_title <- function(x) {
  is_words <- is.character(x) && all(validEnc(x)) || is.numeric(x) && !is.object(x)
  is_words && length(dim(x)) < 2 || is.language(x) && !is.object(x)
}

title_rule <- rule("text, or an expression as `plotmath` draws it", is_title)
limits_rule <- rule("two finite numbers", function(x) is_finite_numbers(x) && length(x) == 2)
positive_rule <- rule("numbers above 0", function(x) is_finite_numbers(x) && all(x > 0))
width_rule <- rule("a number above 0", function(x) is_number(x) && x > 0)

graphics_rules <- list(
  main = title_rule, sub = title_rule, xlab = title_rule, ylab = title_rule,
  xlim = limits_rule, ylim = limits_rule,
  log = rule(one_of_words(c("", "x", "y", "xy")), is_one_of(c("", "x", "y", "xy", "yx"))),
  las = rule("a whole number from 0 to 3", function(x) is_whole(x, 0, 3)),
  bty = rule(
    one_of_words(c("o", "l", "7", "c", "u", "]", "n")),
    is_one_of(c("o", "l", "7", "c", "u", "]", "n", "O", "L", "C", "U", "N"))
  ),
  cex = positive_rule, lwd = positive_rule, linewidth = width_rule, ann = flag_rule
)

# A picture draws itself by a method, whose errors are those of the user's call.
from_user <- function(code, call) {
  tryCatch(code, nnfit_error = function(error) {
    error$call <- rlang::error_call(call)
    rlang::cnd_signal(error)
  })
}

# What base graphics itself refuses, such as a colour that there is not, in words
# that name it: an error of ours, from the user's call.
drawing <- function(code, call) {
  tryCatch(from_user(code, call), simpleError = function(error) {
    said <- conditionMessage(error)
    if (identical(said, gettext("figure margins too large", domain = "R-graphics"))) {
      abort_nnfit("argument", c(
        "The page is too small for this picture.",
        "i" = "Make it larger, or its margins smaller: {.code par(mar = )}."
      ), call)
    }
    abort_nnfit("argument", c("The picture can not be drawn as asked.", "x" = "{said}"), call)
  })
}
