skip_if_no_torch()

arguments <- function(...) {
  core_arguments(
    as.matrix(mtcars[2:3]), as_outcome(mtcars$mpg, "y", NULL), nn_options(seed = 1, ...)
  )
}

test_that("a request is plain data", {
  args <- arguments(
    callback = list(function(state) TRUE, every = 3), progress = TRUE,
    loss = function(prediction, truth) mean((prediction - truth)^2)
  )
  request <- as_request("fit", args, list(file = "answers"))
  expect_identical(request$asks, list(
    progress = TRUE, callback = TRUE, every = list(every = 3), answers = "answers"
  ))
  expect_false(any(c("loss", "callback", "progress") %in% names(request$args)))
  expect_false(any(vapply(request$args, is.function, NA)))
  expect_true(is.function(request$loss$f))
  expect_identical(request$folder, getwd())
  plain <- as_request("fit", arguments(progress = FALSE), NULL)
  expect_null(plain$loss)
  expect_false(plain$asks$progress || plain$asks$callback)
  expect_false(is.null(plain$args$x))
})

# As in the other process, where callr hears what is told.
answered <- function(request) {
  withr::defer(cache$isolated <- cache$answer <- NULL)
  before <- python$parent
  withr::defer(python$parent <- before)
  python$parent <- request$parent # no watch here, which would end this session
  told <- list()
  answer <- withCallingHandlers(answer_request(request), callr_message = function(message) {
    told <<- c(told, list(message))
  })
  list(answer = answer, kept = cache$answer, told = told)
}

test_that("it is answered by the core's own answer, which is kept", {
  request <- as_request("fit", arguments(progress = FALSE), NULL)
  found <- answered(request)
  expect_identical(found$answer, found$kept)
  here <- call_core("fit", request$args, NULL)
  expect_identical(found$answer$answer$value$parameters, here$parameters)
  expect_identical(found$told[[1]]$kind, "begun")
})

test_that("what is wrong is told as data, and what R says is heard", {
  request <- as_request("fit", list(x = matrix(1, 2, 1), nonsense = 1), NULL)
  expect_identical(names(answered(request)$answer$answer), "said")
  loss <- function(prediction, truth) {
    warning("hear")
    message("hear, hear")
    mean((prediction - truth)^2)
  }
  heard <- answered(as_request("fit", arguments(loss = loss, progress = FALSE), NULL))$answer$heard
  expect_s3_class(heard[[1]], "warning")
  expect_s3_class(heard[[2]], "message")
  expect_identical(conditionMessage(heard[[2]]), "hear, hear\n")
})

test_that("the package is where it is", {
  place <- place_of_nnfit()
  expect_true(file.exists(file.path(place$path, "DESCRIPTION")))
  expect_identical(place$sources, is_dev_package())
  # Sent as they are: nothing of nnfit is in them.
  for (sent in list(serve_request, serve_kept)) {
    expect_length(intersect(all.names(body(sent)), ls(asNamespace("nnfit"), all.names = TRUE)), 0)
  }
})
