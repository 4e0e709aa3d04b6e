# What `$` gives of torch: of a tensor, of the module, of whatever these have
# given. reticulate cuts Python's whole numbers off at 31 bits, so they come
# through here, where longer ones are doubles. It is also where tensors are seen
# that no operator of R's has made.

# The class that has our `$` dispatched on Python's objects. It stands behind the
# classes that Python gave an object, before the one whose `$` it would be.
PYTHON_MARK <- "nnfit.python"
WITH_DOLLAR <- paste0("python.builtin.", c("module", "dict", "object"))

marked <- function(x) {
  classes <- class(x)
  if (!PYTHON_MARK %in% classes) class(x) <- with_mark(classes)
  x
}

with_mark <- function(classes) {
  append(classes, PYTHON_MARK, min(match(WITH_DOLLAR, classes), na.rm = TRUE) - 1L)
}

#' @export
`$.torch.Tensor` <- function(x, name) {
  if (is_converted(x)) attribute_of(x, name) else NextMethod()
}

# A dict finds its items by itself, and a module what it has not loaded yet.
#' @export
`$.nnfit.python` <- function(x, name) {
  if (!is_converted(x)) return(NextMethod())
  if (has_attribute(x, name)) return(attribute_of(x, name))
  value <- NextMethod()
  if (is_tensor(value)) return(value)
  if (is.numeric(value) || is.list(value)) value <- read_python("attribute", x, name)
  from_python(value)
}

#' @export
`[[.nnfit.python` <- function(x, name) {
  if (!is_converted(x)) return(NextMethod())
  if (is.numeric(name)) return(read_python("item", x, as.integer(name)))
  from_python(NextMethod())
}

has_attribute <- function(x, name) {
  if (inherits(x, WITH_DOLLAR[1])) return(is_loaded(x) && python_has(x, name))
  !inherits(x, WITH_DOLLAR[2])
}

attribute_of <- function(x, name) {
  value <- python_attribute(x, name)
  if (is_tensor(value)) return(value)
  if (class(value)[1] %in% METHODS) return(exact_function(value))
  if (inherits(value, WITH_NUMBERS)) read_python("attribute", x, name) else from_python(value)
}

# What can be called and needs nothing of what reticulate makes of functions.
METHODS <- paste0("python.builtin.", c("method", "builtin_function_or_method"))

# What may hold a whole number that is too long.
WITH_NUMBERS <- paste0("python.builtin.", c("int", "list", "tuple", "dict"))

read_python <- function(rule, x, key) from_python(python_call(tensor_rules()[[rule]], x, key))

# An answer of Python's, not yet converted or as reticulate has converted it.
from_python <- function(value) {
  if (is_tensor(value)) return(value)
  if (inherits(value, LOSSY)) {
    warn_inexact(NULL)
    value <- python_attribute(value, "value")
  }
  if (is_python(value)) value <- python_to_r(value)
  value <- handed_over(value)
  if (is.null(value)) invisible() else value
}

LOSSY <- "nnfit.tensors.handover.Lossy"

warn_inexact <- function(call) {
  warn_nnfit("tensor", "Whole numbers beyond 2^53 lose their last digits as doubles.", call)
}

handed_over <- function(value) {
  if (is_python(value)) {
    callable <- is.function(value) && !PYTHON_MARK %in% class(value)
    object <- if (callable) attr(value, "py_object")
    return(if (is.null(object)) marked(value) else exact_function(object, value))
  }
  if (is.list(value) && !is.object(value)) value[] <- lapply(value, handed_over)
  value
}

is_python <- function(x) inherits(x, "python.builtin.object") && !is_tensor(x)

# A function of Python's for R, whose answers come through here too. Where
# reticulate knows its arguments, it has them, as `theirs` has.
exact_function <- function(object, theirs = NULL) {
  ours <- function(...) answer_of(object, rlang::list2(...))
  if (is.function(theirs) && !identical(names(formals(theirs)), "...")) {
    answer <- function(call, frame) {
      call[[1L]] <- rlang::list2
      answer_of(object, eval(call, frame))
    }
    # The arguments have Python's names, which could be those of anything here.
    body <- as.call(list(answer, quote(sys.call()), quote(parent.frame())))
    ours <- rlang::new_function(formals(theirs), body)
  }
  attributes(ours) <- list(class = with_mark(class(object)), py_object = object)
  ours
}

# Bytes that are no text would end the session under some versions of R.
refuse_no_text <- function() {
  abort_nnfit("argument", c(
    "An argument has bytes that are no text in the encoding that R takes it for.",
    "i" = "{.code iconv(x, \"latin1\", \"UTF-8\")} reads text of another encoding."
  ), call = NULL)
}

# A few arguments by place go as they are, which is quickest. Others go in lists,
# so that no name among them is taken for one on the way.
answer_of <- function(object, args) {
  for (arg in args) if (is.character(arg) && !all(validEnc(arg))) refuse_no_text()
  call <- tensor_rules()$call
  names <- names(args)
  if (!is.null(names) || length(args) > 2L) {
    named <- nzchar(names %||% character(length(args)))
    options <- if (any(named)) args[named]
    return(from_python(
      python_call(tensor_rules()$call_with, object, unname(args[!named]), options)
    ))
  }
  from_python(switch(length(args) + 1L,
    python_call(call, object),
    python_call(call, object, args[[1]]),
    python_call(call, object, args[[1]], args[[2]])
  ))
}
