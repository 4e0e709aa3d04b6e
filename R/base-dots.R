# A method has `...` because its generic has it. What arrives there and the method
# does not know R would drop without a word; here it is refused.

# To be called first in a method.
#
# `also`: names of arguments that the method passes on. `unnamed`: may there be
# arguments without a name, which it passes on too?
check_dots <- function(also = character(), unnamed = FALSE) {
  frame <- parent.frame()
  if (eval(quote(...length()), frame) == 0) return(invisible())
  written <- as.list(eval(quote(substitute(list(...))), frame))[-1]
  names <- rlang::names2(written)
  # A comma at the end of a call leaves an empty one.
  unknown <- !nzchar(names) & !unnamed & !vapply(written, rlang::is_missing, NA) |
    nzchar(names) & !names %in% also
  if (!any(unknown)) return(invisible())
  method <- list(
    generic = generic_of(frame), arguments = names(formals(sys.function(sys.parent())))
  )
  which <- which(unknown)[1]
  if (nzchar(names[which])) refuse_unknown(names[which], method, also, frame)
  refuse_unnamed(written[[which]], method, frame)
}

generic_of <- function(frame) {
  get0(".Generic", frame, inherits = FALSE) %||% rlang::call_name(rlang::frame_call(frame)) %||%
    "this function"
}

refuse_unknown <- function(name, method, also, frame) {
  own <- setdiff(method$arguments[-1], "...")
  near <- nearest_argument(name, own, also)
  hint <- argument_hints[[method$generic]][canonical_name(name)]
  others <- if (length(also)) ", and others that its help names" else ""
  abort_nnfit("argument", c(
    "{.arg {beginning(name)}} is not an argument of {.fn {method$generic}}.",
    "i" = if (length(hint) && !is.na(hint)) {
      argument_hints[[method$generic]][[canonical_name(name)]]
    } else if (length(near)) {
      "Did you mean {.arg {near}}?"
    } else if (length(own)) {
      "It takes {.arg {own}}{others}."
    } else if (length(also)) {
      "It takes those that its help names."
    } else {
      "It takes nothing beside {.arg {method$arguments[1]}}."
    }
  ), frame)
}

refuse_unnamed <- function(written, method, frame) {
  # Those after `...` need their names.
  own <- utils::head(method$arguments, match("...", method$arguments) - 1)
  label <- substr(rlang::as_label(written), 1, longest_name)
  abort_nnfit("argument", c(
    "{.fn {method$generic}} was given an argument without a name too many: {.code {label}}.",
    "i" = "It takes {.arg {own}} without {?its/their} name{?s}."
  ), frame)
}

nearest_argument <- function(name, own, also) {
  meant <- argument_words[canonical_name(name)]
  if (meant %in% c(own, also)) return(unname(meant))
  near <- nearest(name, own)
  if (length(near)) return(near)
  # Of those passed on there are so many that only one a letter or two away was meant.
  near <- nearest(name, also)
  close <- length(near) && edits(canonical_name(name), canonical_name(near)) <= 2
  if (close && nchar(name) > 3) near
}

# An argument that has no default and was not given: R's own error comes from where
# it is first used, which may be far inside.
refuse_missing <- function(arg, frame) {
  abort_nnfit("argument", "{.arg {arg}} is missing.", frame)
}

# Words of other packages for the arguments of methods here.
argument_words <- c(
  data = "newdata", newx = "newdata", x = "newdata", df = "newdata", dataset = "newdata",
  testdata = "newdata", conf = "level", conflevel = "level", confidence = "level",
  coverage = "level", kind = "type", output = "type", what = "which", signif = "digits",
  colour = "col", color = "col", title = "main", linewidth = "lwd", shape = "pch",
  allownewlevels = "new_levels", novellevels = "new_levels"
)

# What there is in the place of arguments that lm(), glm() and other packages have,
# as cli text.
argument_hints <- list(
  predict = c(
    threshold = "{.code type = \"prob\"} gives the probabilities to compare with it.",
    cutoff = "{.code type = \"prob\"} gives the probabilities to compare with it.",
    epoch = "A fit holds the parameters of one epoch: the last, or the best with {.arg stop_iter}.",
    epochs = "A fit holds the parameters of one epoch: the last, or the best with \\
      {.arg stop_iter}.",
    naaction = "Rows of {.arg newdata} with a missing predictor give {.code NA}.",
    weights = "Predictions do not depend on weights.",
    batchsize = "All rows are predicted at once; {.arg newdata} may be the path of files."
  ),
  fitted = c(newdata = "{.fn predict} takes it.", type = "{.fn predict} takes it."),
  residuals = c(newdata = "{.fn predict} takes it."),
  summary = c(digits = "{.fn print} of the summary takes it.")
)
