test_that("errors and warnings are classed and come from the given call", {
  user_function <- function() abort_nnfit("argument", "{.arg x} is wrong.", rlang::current_env())
  error <- expect_error(user_function(), class = "nnfit_error_argument")
  expect_s3_class(error, "nnfit_error")
  expect_identical(rlang::call_name(conditionCall(error)), "user_function")
  user_function <- function() warn_nnfit("diverged", "Oh.", rlang::current_env())
  warning <- expect_warning(user_function(), class = "nnfit_warning_diverged")
  expect_identical(rlang::call_name(conditionCall(warning)), "user_function")
})

test_that("messages are written out in the sources, so that text from outside stays data", {
  files <- list.files(file.path(source_root(), "R"), full.names = TRUE)
  code <- lapply(stats::setNames(files, basename(files)), parse, keep.source = FALSE)
  own <- unlist(unname(lapply(code, definitions)), recursive = FALSE)
  found <- lapply(code, unsafe_calls, own)
  # The exceptions: the names of terms, which add1() takes as strings; a bar of numbers; lines for
  # a shell, which rlang takes as they are; the bounds in the core's own table, such as "2^53"; what
  # is selected in RStudio's editor, of which a name alone is looked up.
  expect_identical(found[lengths(found) > 0], list(
    "data-labels.R" = "str2lang(label)",
    "fit-progress.R" = "cli::spark_bar(if (any(high > 0)) high/max(high) else high)",
    "job.R" = paste0(
      "rlang::inform(paste(c(written, paste0(\"    \", job_lines(file)), then), ",
      "collapse = \"\\n\"), class = c(\"nnfit_message_job\", \"nnfit_message\"))"
    ),
    "option-table.R" = "str2lang(text)",
    "studio.R" = "str2lang(selected)"
  ))
})

test_that("a message that is not written out is found", {
  unsafe <- c(
    'abort_nnfit("data", text, call)',
    'abort_nnfit("data", paste("No column", name), call)',
    'abort_nnfit("data", c("Wrong.", "x" = conditionMessage(error)), call)',
    'abort_nnfit("data", c("Wrong.", "i" = if (long) "Shorten it." else hint), call)',
    'abort_nnfit(call = call, message = text, kind = "data")',
    'lapply(x, function(one) warn_nnfit("data", one, call))',
    'warn_nnfit("data", words(fit), call)', 'warn_nnfit("data", words[[1]], call)',
    'words <- function(x) { if (x) return(x); "Ah." }; warn_nnfit("data", words(x), call)',
    'words <- list(a = "Ah.", b = text); warn_nnfit("data", words[[name]], call)',
    "f <- function(text = rlang::abort(name)) text",
    "cli::cli_dl(shown)", "cli::cli_alert_danger(problem)", "cli_text(problem)",
    "cli::format_inline(text)", "cli::pluralize(text)", "rlang::warn(message)",
    "cli::cli_progress_bar(format = paste(label))", "eval(parse(text = text))",
    "eval(str2lang(text))", "sprintf(text, 1)"
  )
  safe <- c(
    'abort_nnfit("data", "{.arg {arg}}: {conditionMessage(error)}", call)',
    'abort_nnfit("data", c("Wrong.", "i" = if (long) "Shorten it."), call)',
    'advice <- function(x) if (x) "Do." else "Do not."; warn_nnfit("data", advice(x), call)',
    'words <- list(a = function(x) "Ah."); warn_nnfit("data", words[[a]](x), call)',
    'words <- list(a = c(b = "Ah.")); warn_nnfit("data", c("i" = words[[a]][[b]]), call)',
    'words <- function(x) { if (x) return("Oh."); "Ah." }; warn_nnfit("data", words(x), call)',
    'stop("In base R ", text)', 'cli::cli_text("{problem}")', "cli::qty(n)", "parse(file)",
    'sprintf("%s", text)'
  )
  found <- function(text) length(unsafe_calls(parse(text = text, keep.source = FALSE)))
  expect_identical(unsafe[vapply(unsafe, found, 0L) != 1], character())
  expect_identical(safe[vapply(safe, found, 0L) != 0], character())
})

test_that("an error from do.call() names the function, without its source and the data", {
  from <- function(code) conditionCall(tryCatch(code, nnfit_error = identity))
  expect_identical(from(do.call(nn_fit, list(mpg ~ wt, mtcars, epochs = -1))), quote(nn_fit()))
  expect_identical(from(do.call(install_nnfit, list(torch = 1))), quote(install_nnfit()))
  fit <- structure(list(), class = "nn_fit")
  expect_identical(from(do.call(stats::predict, list(fit, type = 3))), quote(predict()))
  expect_identical(
    from(do.call("nn_fit", list(quote(mpg ~ wt), quote(mtcars), epochs = 0))),
    quote(nn_fit(mpg ~ wt, mtcars, epochs = 0))
  )
  expect_identical(named_call(quote(f(x))), quote(f(x)))
  expect_null(named_call(NULL))
  expect_null(name_of_function(function(x) x))
})

test_that("an error of another process is one from the user's call here", {
  there <- tryCatch(abort_nnfit("python", "No {.code torch}.", NULL, found = 3), error = identity)
  here <- expect_error(raise_again(there, quote(nn_fit(y ~ x))), class = "nnfit_error_python")
  expect_identical(conditionMessage(here), conditionMessage(there))
  expect_identical(conditionCall(here), quote(nn_fit(y ~ x)))
  expect_identical(here$found, 3)
  user <- function() raise_again(there, rlang::current_env())
  expect_identical(conditionCall(expect_error(user())), quote(user()))
  expect_null(conditionCall(expect_error(raise_again(there, NULL))))
})
