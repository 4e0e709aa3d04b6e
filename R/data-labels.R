# Formulas that gain and lose terms. Where a variable is an expression with an operator, such
# as `wt > 3`, stats pastes a formula of labels that means something else: here formulas are
# built of calls.

# Terms without some of them. The codes of what is left stay as they are.
without_terms <- function(terms, places) {
  factors <- attr(terms, "factors")
  attr(terms, "factors") <- factors[, -places, drop = FALSE]
  for (part in c("term.labels", "order")) attr(terms, part) <- attr(terms, part)[-places]
  if (!length(attr(terms, "order"))) attr(terms, "factors") <- integer()
  used_terms(terms)
}

# The formula that terms are of, simplified; `kept`: the positions of those that stay.
formula_of_terms <- function(terms, kept = seq_along(labels(terms))) {
  calls <- lapply(kept, function(place) term_call(terms, place))
  offsets <- term_calls(terms)[attr(terms, "offset")]
  right <- c(calls, offsets)
  intercept <- attr(terms, "intercept") == 1
  sum <- if (length(right)) Reduce(function(left, right) call("+", left, right), right)
  if (is.null(sum)) {
    sum <- if (intercept) 1 else quote(-1)
  } else if (!intercept) {
    sum <- call("-", sum, 1)
  }
  left <- if (attr(terms, "response")) term_calls(terms)[[attr(terms, "response")]]
  rlang::new_formula(left, sum, env = environment(terms))
}

# One term, `a:b` of its variables.
term_call <- function(terms, place) {
  used <- attr(terms, "factors")[, place] > 0
  variables <- lapply(term_calls(terms)[used], in_brackets)
  Reduce(function(left, right) call(":", left, right), variables)
}

in_brackets <- function(code) if (has_operator(code)) call("(", code) else code

# `wt > 3`, and not `log(wt)`, `d$wt` or `d[["wt"]]`.
has_operator <- function(code) {
  if (!is.call(code) || !is.symbol(code[[1]])) return(FALSE)
  name <- as.character(code[[1]])
  tight <- c("$", "@", "[", "[[", "::", ":::", "(", "{")
  name != make.names(name) && !name %in% tight
}

# As update.formula() has it, of terms.
changed_terms <- function(terms, changes) {
  old <- stats::formula(terms)
  stated <- c(term_calls(terms), term_calls(stats::terms(changes, allowDotAsName = TRUE)))
  if (!any(vapply(stated, has_operator, NA))) return(stats::update(old, changes))
  right <- put_for_dot(changes[[length(changes)]], call("(", old[[length(old)]]))
  left <- if (length(changes) == 3) changes[[2]] else quote(.)
  left <- put_for_dot(left, if (length(old) == 3) old[[2]])
  formula_of_terms(stats::terms(rlang::new_formula(left, right, env = environment(old))))
}

put_for_dot <- function(code, meant) {
  if (identical(code, quote(.))) return(meant)
  if (is.call(code)) code[-1] <- lapply(as.list(code)[-1], put_for_dot, meant)
  code
}

# A change as step() writes it, "~ . - label" or "~ . + label"; others as they are written.
written_change <- function(terms, text, call) {
  parts <- regmatches(text, regexec("^~ \\. ([-+]) (.+)$", text))[[1]]
  label <- parts[3]
  place <- match(label, labels(terms))
  if (identical(parts[2], "-") && !is.na(place)) {
    return(formula_of_terms(terms, setdiff(seq_along(labels(terms)), place)))
  }
  added <- if (identical(parts[2], "+")) term_of_label(label)
  if (!is.null(added)) {
    return(changed_terms(terms, rlang::new_formula(NULL, rlang::call2("+", quote(.), added))))
  }
  changes <- stats::as.formula(text)
  if (is_torn(changes[[length(changes)]])) {
    abort_nnfit("argument", c(
      "{.arg formula.} must say where its terms begin and end, and {.val {text}} does not.",
      "i" = "Give a formula with brackets, {.code . ~ . + (x > 3)}, or {.code I(x > 3):z}."
    ), call)
  }
  changed_terms(terms, changes)
}

# Whether `.` came to stand within a comparison.
is_torn <- function(code) {
  sums <- c("+", "-", "*", "/", ":", "^", "%in%", "(")
  has_operator(code) && "." %in% all.names(code) && !rlang::is_call(code, sums)
}

# The term that a label means, as a call; NULL: it is that of no term, or of none that can be
# read from text, such as `wt > 3:hp`.
term_of_label <- function(label) {
  code <- tryCatch(str2lang(label), error = function(error) NULL)
  if (is.null(code) || "{" %in% all.names(code)) return(NULL)
  if (has_operator(code) && !rlang::is_call(code, ":")) {
    bound <- unlist(lapply(as.list(code)[-1], all.names))
    if (":" %in% bound) return(NULL)
    code <- call("(", code)
  }
  found <- tryCatch(labels(stats::terms(rlang::new_formula(NULL, code))), error = function(e) NULL)
  if (length(found) == 1 && same_term(found, label)) code
}

# `b:a` is `a:b`.
same_term <- function(found, label) {
  parts <- function(x) sort(strsplit(gsub(" ", "", x), ":", fixed = TRUE)[[1]])
  identical(parts(found), parts(label))
}
