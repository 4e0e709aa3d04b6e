#' @rdname nn_fit-methods
#' @param max.level Whole number: how deep [str()] goes into the parts of the
#'   fit; 0 for one line.
#' @param give.attr Logical: show the attributes of the parts?
#' @export
str.nn_fit <- function(object, max.level = NA, give.attr = FALSE, ...) {
  check_dots(str_arguments())
  call <- rlang::current_env()
  depth <- rule("a whole number of at least 0, or `NA`", function(x) {
    is_missing_value(x) || is_whole(x, 0)
  })
  check_rule(max.level, depth, "max.level", call)
  check_rule(give.attr, flag_rule, "give.attr", call)
  cat(" nn_fit: ", describe_model(object), "\n", sep = "")
  # One level says what there is; what is inside (the terms, say) fills screens.
  if (is.na(max.level)) max.level <- 1
  if (max.level > 0) {
    str(unclass(object), max.level = max.level, give.attr = give.attr, no.list = TRUE, ...)
  }
  invisible()
}

# str() of a list hands all of its settings on to the parts.
str_arguments <- function() {
  setdiff(names(formals(utils::getS3method("str", "default"))), c("object", "..."))
}
