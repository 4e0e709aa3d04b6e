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
  if (PYTHON_MARK %in% classes) return(x)
  class(x) <- append(classes, PYTHON_MARK, which(classes %in% WITH_DOLLAR)[1] - 1L)
  x
}

#' @export
`$.torch.Tensor` <- function(x, name) {
  if (!is_converted(x)) return(NextMethod())
  value <- python_attribute(x, name)
  if (is_tensor(value)) return(value)
  if (inherits(value, WITH_NUMBERS)) read_python("attribute", x, name) else from_python(value)
}

# What may hold a whole number that is too long.
WITH_NUMBERS <- paste0("python.builtin.", c("int", "list", "tuple", "dict"))

#' @export
`$.nnfit.python` <- function(x, name) {
  value <- NextMethod()
  if (is_tensor(value) || !is_converted(x)) return(value)
  if (is.numeric(value) || is.list(value)) value <- read_python("attribute", x, name)
  from_python(value)
}

#' @export
`[[.nnfit.python` <- function(x, name) {
  if (!is_converted(x)) return(NextMethod())
  if (is.numeric(name)) return(read_python("item", x, as.integer(name)))
  from_python(NextMethod())
}

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
  if (is_python(value)) return(if (is.function(value)) exact_function(value) else marked(value))
  if (is.list(value) && !is.object(value)) value[] <- lapply(value, handed_over)
  value
}

is_python <- function(x) inherits(x, "python.builtin.object") && !is_tensor(x)

# A function of Python's as reticulate makes one of it, whose answers come
# through here too.
exact_function <- function(theirs) {
  object <- attr(theirs, "py_object")
  if (PYTHON_MARK %in% class(theirs) || is.null(object)) return(theirs)
  answer <- function(call, frame) {
    call[[1L]] <- rlang::list2
    args <- eval(call, frame)
    named <- nzchar(rlang::names2(args))
    # In lists: no name among them is taken for one of an argument on the way.
    options <- if (any(named)) args[named]
    from_python(python_call(tensor_rules()$call, object, unname(args[!named]), options))
  }
  # Its arguments have Python's names, which could be those of anything here.
  ours <- rlang::new_function(formals(theirs), bquote(.(answer)(sys.call(), parent.frame())))
  attributes(ours) <- attributes(theirs)
  marked(ours)
}
