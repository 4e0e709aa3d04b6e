# Plain values as JSON and arrays, and back: the same in Python (core/saved/tree.py). An
# array is what has dimensions; a vector without is a list of scalars there, and one of
# length 1 a scalar, as reticulate has it.

tree_signs <- c("$tensor", "$number", "$pairs")
file_numbers <- c(inf = Inf, "-inf" = -Inf, nan = NaN)

# JSON text. `out`: an environment whose `arrays` gets the arrays.
encode_tree <- function(x, name, out) {
  if (is.null(x)) return("null")
  if (!is.null(dim(x)) && typeof(x) %in% c("double", "integer", "logical")) {
    return(put_array(x, name, out))
  }
  if (is.list(x) || length(names(x))) return(encode_list(as.list(x), name, out))
  if (!typeof(x) %in% c("double", "integer", "logical", "character")) {
    stop(paste0("`", name, "` is of type ", typeof(x)))
  }
  texts <- encode_scalars(x)
  if (length(texts) == 1) texts else json_array(texts)
}

put_array <- function(x, name, out) {
  dim <- dim(x)
  attributes(x) <- NULL
  if (is.logical(x) && anyNA(x)) x <- as.integer(x)
  out$arrays[[name]] <- array(x, dim)
  json_object(c(`$tensor` = json_texts(name)))
}

encode_scalars <- function(x) {
  if (is.character(x)) return(ifelse(is.na(x), "null", json_texts(x)))
  if (is.logical(x)) return(ifelse(is.na(x), "null", ifelse(x, "true", "false")))
  strange <- !is.finite(x)
  texts <- character(length(x))
  texts[!strange] <- json_numbers(x[!strange])
  kinds <- ifelse(is.na(x), "nan", ifelse(x > 0, "inf", "-inf"))[strange]
  texts[strange] <- sprintf("{\"$number\":\"%s\"}", kinds)
  texts
}

encode_list <- function(x, name, out) {
  if (is.null(names(x))) {
    each <- Map(function(one, place) {
      encode_tree(one, paste0(name, "/", place), out)
    }, x, seq_along(x) - 1)
    return(json_array(each))
  }
  each <- Map(function(one, own) encode_tree(one, paste0(name, "/", own), out), x, names(x))
  if (!any(tree_signs %in% names(x))) return(json_object(unlist(each)))
  pairs <- Map(function(own, text) json_array(c(json_texts(own), text)), names(x), each)
  json_object(c(`$pairs` = json_array(unlist(pairs))))
}

# What parse_json() gave, as reticulate would bring it from Python.
decode_tree <- function(x, arrays) {
  if (!is.list(x)) return(x)
  sign <- if (length(x) == 1) names(x)
  if (isTRUE(sign %in% tree_signs)) return(decode_sign(sign, x[[1]], arrays))
  each <- lapply(x, decode_tree, arrays)
  if (is.null(names(x))) as_vector(each) else each
}

as_vector <- function(each) {
  plain <- vapply(each, function(one) is.atomic(one) && length(one) == 1 && is.null(dim(one)), NA)
  kinds <- unique(vapply(each, typeof, ""))
  if (length(each) && all(plain) && length(kinds) == 1) unlist(each) else each
}

decode_sign <- function(sign, value, arrays) {
  if (sign == "$tensor") return(named_array(value, arrays))
  if (sign == "$number") {
    if (!rlang::is_string(value) || !value %in% names(file_numbers)) {
      unreadable("has a number that is none.")
    }
    return(file_numbers[[value]])
  }
  is_pair <- function(one) is.list(one) && length(one) == 2 && rlang::is_string(one[[1]])
  if (!is.list(value) || !all(vapply(value, is_pair, NA))) {
    unreadable("has pairs that are none.")
  }
  names <- vapply(value, `[[`, "", 1)
  if (anyDuplicated(names)) unreadable("has pairs of one name.")
  stats::setNames(lapply(value, function(pair) decode_tree(pair[[2]], arrays)), names)
}

named_array <- function(name, arrays) {
  if (!rlang::is_string(name) || !name %in% names(arrays)) {
    unreadable("lacks the array ", in_quotes(name), ".")
  }
  arrays[[name]]
}
