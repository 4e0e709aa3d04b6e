# Values of R with their attributes, as JSON and arrays: what is in a fit beside the fields
# that Python has too. Code is a tree, and nothing of it is run here.

# The classes that a value from a file may have: of others, methods could do anything.
file_classes <- c(
  "factor", "ordered", "data.frame", "tbl_df", "tbl", "Date", "POSIXct", "POSIXt", "difftime",
  "AsIs", "Surv", "formula", "terms", "omit", "exclude", "nn_formula_blueprint", "table",
  "integer64", "basis", "matrix", "array", "poly", "ns", "bs"
)
file_types <- c("double", "integer", "logical", "character", "list", "language")

# JSON text; `out` as encode_tree() has it, with the environments that are in it already.
encode_value <- function(x, name, out) {
  if (is.null(x)) return("null")
  if (is.symbol(x)) return(json_object(c(`$r` = "\"symbol\"", name = json_texts(as.character(x)))))
  if (is.environment(x)) return(encode_environment(x, name, out))
  type <- if (is.pairlist(x)) "list" else typeof(x)
  if (!type %in% file_types || isS4(x)) refuse_value(x, name)
  if (is_plain_scalar(x)) encode_scalars(x) else encode_whole(x, type, name, out)
}

# With its attributes.
encode_whole <- function(x, type, name, out) {
  parts <- c(`$r` = json_texts(type), value = encode_parts(x, type, name, out))
  if (type == "language" && !is.null(names(x))) {
    parts <- c(parts, names = json_array(json_texts(names(x))))
  }
  kept <- attributes(x)
  kept[c("srcref", if (type == "language") "names")] <- NULL
  if (length(kept)) parts <- c(parts, attributes = encode_each(kept, paste0(name, "@"), out))
  json_object(parts)
}

is_plain_scalar <- function(x) {
  is.atomic(x) && length(x) == 1 && is.null(attributes(x)) && !is.na(x) &&
    (!is.double(x) || is.finite(x))
}

refuse_value <- function(x, name) {
  what <- if (is.function(x)) "a function" else paste("of type", typeof(x))
  unreadable("`", gsub("@", " ", name, fixed = TRUE), "` is ", what)
}

encode_parts <- function(x, type, name, out) {
  if (type %in% c("double", "integer")) {
    return(put_array(array(as.vector(unclass(x)), length(x)), name, out))
  }
  if (type %in% c("logical", "character")) return(json_array(encode_scalars(as.vector(unclass(x)))))
  parts <- as.list(x)
  attributes(parts) <- NULL
  if (rlang::is_call(x, "function")) parts <- parts[1:3] # the fourth is where it was written
  each <- Map(function(one, place) {
    encode_value(one, paste0(name, "/", place), out)
  }, parts, seq_along(parts))
  json_array(each)
}

encode_each <- function(x, name, out) {
  json_object(unlist(Map(function(one, own) {
    encode_value(one, paste0(name, own), out)
  }, x, names(x))))
}

# The environment of a formula has what the formula uses of the workspace: data alone, as
# functions of survival are found again. Formulas share one.
encode_environment <- function(x, name, out) {
  if (identical(x, globalenv()) || identical(x, emptyenv())) {
    return(json_object(c(`$r` = "\"environment\"", id = "0")))
  }
  known <- vapply(out$environments, identical, NA, x)
  if (any(known)) {
    return(json_object(c(`$r` = "\"environment\"", id = as.character(which(known)))))
  }
  out$environments <- c(out$environments, x)
  id <- length(out$environments)
  values <- as.list(x, all.names = TRUE, sorted = TRUE)
  values <- values[!vapply(values, is_of_package, NA)]
  json_object(c(
    `$r` = "\"environment\"", id = as.character(id),
    values = encode_each(values, paste0(name, "$"), out)
  ))
}

is_of_package <- function(x) {
  is.primitive(x) || is.function(x) && isNamespace(environment(x))
}

# `context`: an environment with the `arrays` of the file, and its `environments` as they come.
decode_value <- function(x, context) {
  if (!is.list(x)) return(x)
  type <- x[["$r"]]
  if (!rlang::is_string(type)) unreadable("has a value of R that is none.")
  if (type == "symbol") return(decode_symbol(x$name))
  if (type == "environment") return(decode_environment(x, context))
  if (!type %in% file_types) unreadable("has a value of R that is none.")
  value <- decode_parts(x, type, context)
  kept <- x[["attributes"]]
  if (!is.null(kept) && !is_named_list(kept)) unreadable("has a value of R that is none.")
  with_attributes(value, lapply(kept, decode_value, context))
}

decode_symbol <- function(name) {
  if (!rlang::is_string(name)) unreadable("has a symbol that is none.")
  if (nzchar(name)) as.name(name) else rlang::missing_arg()
}

decode_parts <- function(x, type, context) {
  value <- x[["value"]]
  if (type %in% c("double", "integer")) {
    if (!identical(names(value), "$tensor")) unreadable("has numbers of R that are none.")
    value <- named_array(value[[1]], context$arrays)
    if (typeof(value) != type) unreadable("has numbers of R of another type.")
    return(as.vector(value))
  }
  if (!is.list(value) || !is.null(names(value))) unreadable("has a value of R that is none.")
  if (type %in% c("logical", "character")) return(decode_texts(value, type))
  each <- lapply(value, decode_value, context)
  if (type == "list") return(each)
  decode_call(each, x[["names"]])
}

decode_texts <- function(value, type) {
  value[vapply(value, is.null, NA)] <- NA
  right <- vapply(value, function(one) {
    length(one) == 1 && (is.na(one) || typeof(one) == type)
  }, NA)
  if (!all(right)) unreadable("has texts of R that are none.")
  as.vector(unlist(value), type) %||% vector(type, 0)
}

decode_call <- function(each, names) {
  if (!length(each)) unreadable("has a call that is none.")
  if (!is.null(names)) {
    if (!is.list(names) || length(names) != length(each) ||
        !all(vapply(names, rlang::is_string, NA))) {
      unreadable("has a call that is none.")
    }
    names(each) <- unlist(names)
  }
  if (identical(each[[1]], quote(`function`)) && length(each) > 1) {
    each[2] <- list(as.pairlist(each[[2]]))
  }
  as.call(each)
}

# Class last: until then it is a plain value, whose attributes R itself checks.
with_attributes <- function(value, kept) {
  if (!length(kept)) return(value)
  classes <- kept[["class"]]
  if (!is.null(classes) && !(is.character(classes) && all(classes %in% file_classes))) {
    unreadable("has a value of the class ", in_quotes(setdiff(classes, file_classes)),
      ", which none in a fit has."
    )
  }
  check_contrasts(kept[["contrasts"]])
  first <- intersect(c("names", "dim"), names(kept))
  rest <- setdiff(names(kept), c(first, "class"))
  for (name in c(first, rest)) {
    put <- function() suppressWarnings(`attr<-`(value, name, kept[[name]]))
    value <- tryCatch(put(), error = function(error) {
      unreadable("has a value of R whose ", in_quotes(name), " do not fit it.")
    })
  }
  if (is.null(classes)) return(value)
  check_of_class(value, classes)
  tryCatch(`attr<-`(value, "class", classes), error = function(error) {
    unreadable("has a value of R that is not of its class.")
  })
}

# What R's own code in C takes for granted.
check_of_class <- function(value, classes) {
  if ("factor" %in% classes && !is_sound_factor(value)) unreadable("has a factor that is none.")
  if ("data.frame" %in% classes && !is_sound_frame(value)) {
    unreadable("has a data frame that is none.")
  }
  if (any(c("formula", "terms") %in% classes) && !rlang::is_call(value, "~")) {
    unreadable("has a formula that is none.")
  }
}

is_sound_factor <- function(value) {
  levels <- attr(value, "levels")
  holds(
    is.integer(value), is.character(levels), !anyDuplicated(levels),
    all(is.na(value) | value >= 1 & value <= length(levels))
  )
}

is_sound_frame <- function(value) {
  rows <- length(attr(value, "row.names"))
  holds(
    is.list(value), all(vapply(value, NROW, 1L) == rows), length(names(value)) == length(value)
  )
}

decode_environment <- function(x, context) {
  id <- x[["id"]]
  known <- length(context$environments)
  if (!holds(is_one(id, is.numeric), id %in% 0:(known + 1))) {
    unreadable("has an environment that is none.")
  }
  if (id == 0) return(globalenv())
  if (id <= known) return(context$environments[[id]])
  values <- x[["values"]]
  if (!is_named_list(values) || any(!nzchar(names(values)))) {
    unreadable("has an environment that is none.")
  }
  made <- new.env(parent = globalenv())
  context$environments <- c(context$environments, made)
  for (name in names(values)) assign(name, decode_value(values[[name]], context), made)
  made
}
