skip_if_no_isolation()
withr::defer(end_idle_worker(), teardown_env())

both <- function(loss, ...) {
  lapply(c(TRUE, FALSE), function(isolate) {
    nn_fit(mpg ~ wt, mtcars, loss = loss, seed = 1, isolate = isolate, ...)
  })
}

test_that("a loss of the user's own goes with what it uses of the workspace", {
  objects <- list(
    power_of_mine = 1.5, error_of_mine = workspace_function(function(a, b) apart_of_mine(a, b)),
    apart_of_mine = workspace_function(function(a, b) abs(a - b)^power_of_mine)
  )
  in_workspace(objects, {
    loss <- workspace_function(function(prediction, truth) mean(error_of_mine(prediction, truth)))
    fits <- both(loss)
    expect_identical(fits[[1]]$parameters, fits[[2]]$parameters)
    expect_setequal(names(objects_of(reach(loss))), names(objects))
    left <- workers$idle$session$run(function() ls(globalenv()))
    expect_identical(left, character())
  })
})

test_that("so does one that was defined beside others, and one in two ways recursive", {
  make <- function(power) {
    apart <- function(a, b) abs(a - b)^power
    function(prediction, truth) mean(apart(prediction, truth))
  }
  fits <- both(make(1.3))
  expect_identical(fits[[1]]$parameters, fits[[2]]$parameters)
  even <- function(n) n == 0 || odd(n - 1)
  odd <- function(n) n != 0 && even(n - 1)
  loss <- function(prediction, truth) if (even(4)) mean((prediction - truth)^2)
  fits <- both(loss)
  expect_identical(fits[[1]]$parameters, fits[[2]]$parameters)
})

test_that("one that draws random numbers draws those of this session", {
  loss <- function(prediction, truth) mean((prediction - truth)^2) * (1 + stats::runif(1) / 100)
  drawn <- lapply(c(TRUE, FALSE), function(isolate) {
    set.seed(3)
    fit <- suppressMessages(nn_fit(
      mpg ~ wt, mtcars, loss = loss, seed = 1, isolate = isolate, optimizer = "adam", epochs = 5
    ))
    list(fit$parameters, stats::runif(1))
  })
  expect_identical(drawn[[1]], drawn[[2]])
})

test_that("its errors and its warnings come back", {
  wrong <- function(prediction, truth) stop("this {fails}")
  said <- lapply(c(TRUE, FALSE), function(isolate) {
    expect_error(nn_fit(mpg ~ wt, mtcars, loss = wrong, seed = 1, isolate = isolate))
  })
  expect_identical(conditionMessage(said[[1]]), conditionMessage(said[[2]]))
  expect_identical(class(said[[1]]), class(said[[2]]))
  warning <- function(prediction, truth) {
    base::warning("so and so")
    mean((prediction - truth)^2)
  }
  warned <- lapply(c(TRUE, FALSE), function(isolate) {
    testthat::capture_warnings(suppressMessages(
      nn_fit(mpg ~ wt, mtcars, loss = warning, seed = 1, isolate = isolate)
    ))
  })
  expect_identical(warned[[1]], warned[[2]])
  expect_match(warned[[1]], "so and so")
})

test_that("Python's objects in it are refused, but for modules", {
  loss <- workspace_function(function(prediction, truth) {
    torch$mean((prediction - truth)^2 * weight_of_mine)
  })
  in_workspace(list(weight_of_mine = as_tensor(2)), expect_refused(
    nn_fit(mpg ~ wt, mtcars, loss = loss, isolate = TRUE), "argument",
    "loss uses weight_of_mine, which is an object of Python", from = "nn_fit"
  ))
  in_workspace(list(weight_of_mine = 2, torch = reticulate::import("torch")), {
    fits <- both(loss)
    expect_identical(fits[[1]]$parameters, fits[[2]]$parameters)
  })
})

test_that("one that can reach other objects than its body names has them there", {
  objects <- list(
    mean.class_of_mine = workspace_function(function(x, ...) 5),
    thing_of_mine = structure(1, class = "class_of_mine"), pi = 2,
    median = workspace_function(function(x) mean(x)), power_of_mine = 3,
    listed_of_mine = list(f = workspace_function(function(d) median(d^2))),
    expression_of_mine = quote(power_of_mine + 1)
  )
  attach(list(attached_of_mine = 3), name = "attached_of_mine", warn.conflicts = FALSE)
  withr::defer(detach("attached_of_mine", character.only = TRUE))
  withr::local_options(nnfit.option.of.mine = 2.5)
  losses <- lapply(list(
    function(prediction, truth) mean(thing_of_mine) * mean((prediction - truth)^2),
    function(prediction, truth, k = pi) mean(abs(prediction - truth)^k),
    function(prediction, truth) listed_of_mine$f(prediction - truth),
    function(prediction, truth) mean(abs(prediction - truth)^attached_of_mine),
    function(prediction, truth) mean(abs(prediction - truth)^get("power_of_mine")),
    function(prediction, truth) mean(abs(prediction - truth)^eval(expression_of_mine)),
    function(prediction, truth) do.call("median", list((prediction - truth)^2)),
    function(prediction, truth) {
      mean(abs(prediction - truth)^getOption("nnfit.option.of.mine"))
    }
  ), workspace_function)
  in_workspace(objects, for (loss in losses) {
    fits <- suppressMessages(both(loss, epochs = 5, optimizer = "adam"))
    expect_identical(fits[[1]]$parameters, fits[[2]]$parameters, label = deparse1(body(loss)))
  })
  left <- workers$idle$session$run(function() getOption("nnfit.option.of.mine"))
  expect_null(left)
})

test_that("what is Python's within a closure or an environment is refused by name", {
  refused <- function(loss, what) {
    expect_refused(
      nn_fit(mpg ~ wt, mtcars, loss = loss, isolate = TRUE), "argument",
      paste0("loss uses ", what), "isolate = FALSE", from = "nn_fit"
    )
  }
  weight <- as_tensor(2)
  holder <- list2env(list(weight = weight))
  functional <- torch$nn$functional
  refused(function(prediction, truth) mean((prediction - truth)^2 * weight), "weight")
  refused(function(prediction, truth) mean((prediction - truth)^2 * holder$weight), "weight")
  refused(function(prediction, truth) functional$mse_loss(prediction, truth), "functional")
  # and what can not be followed
  refused(function(prediction, truth) mean((prediction - truth)^get(paste0("a"))), "get in a way")
  refused(function(prediction, truth) eval(parse(text = "mean(prediction)")), "parse in a way")
})

test_that("a session without random numbers has none afterwards, and hears no warning", {
  found <- in_new_session(function() {
    loss <- function(prediction, truth) mean((prediction - truth)^2)
    withCallingHandlers(
      suppressMessages(
        nn_fit(c ~ u, thermometer, hidden_units = 2, epochs = 3, seed = 1, loss = loss,
          isolate = TRUE
        )
      ),
      warning = function(warning) stop(warning)
    )
    exists(".Random.seed", globalenv())
  })
  expect_false(found)
})
