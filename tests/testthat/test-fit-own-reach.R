names_found <- function(fun, kind) {
  found <- Filter(function(one) one$kind == kind, reach(fun)$found)
  vapply(found, `[[`, "", "name")
}

test_that("closures, lists and environments are looked into", {
  holder <- list2env(list(inner_of_mine = function(d) depth_of_mine * d))
  depth_of_mine <- 2
  unused <- 3
  listed <- list(list(function(d) holder$inner_of_mine(d)))
  environment(listed[[1]][[1]]) <- environment()
  expect_setequal(
    names_found(function(p, t) listed[[1]][[1]](p), "closure"),
    c("listed", "holder", "inner_of_mine", "depth_of_mine")
  )
  # a closure that a package has made
  made <- stats::approxfun(1:3, 4:6)
  expect_true(all(c("x", "y") %in% names_found(function(p, t) made(p), "closure")))
})

test_that("of packages nothing is found, and cycles end", {
  expect_length(reach(stats::median)$found, 0)
  even <- function(n) n == 0 || odd(n - 1)
  odd <- function(n) n != 0 && even(n - 1)
  holder <- new.env()
  holder$self <- holder
  expect_setequal(
    names_found(function(p, t) even(holder), "closure"), c("even", "odd", "holder", "self")
  )
})

test_that("an argument is looked for outside only where it is called", {
  objects <- list(a_of_mine = 1, b_of_mine = workspace_function(function(x) x))
  in_workspace(objects, expect_identical(
    names_found(
      workspace_function(function(a_of_mine, b_of_mine) b_of_mine(a_of_mine)), "workspace"
    ),
    "b_of_mine"
  ))
})

test_that("methods of the workspace are found by their function and by a class", {
  one <- workspace_function(function(x, ...) 1)
  objects <- list(
    mean.class_of_mine = one, format.class_of_mine = one, Ops.class_of_mine = one,
    nothing.class_of_mine = one, format.other_of_mine = one,
    thing_of_mine = structure(1, class = "class_of_mine")
  )
  in_workspace(objects, {
    expect_setequal(
      names_found(workspace_function(function(p, t) print(thing_of_mine)), "workspace"),
      c("mean.class_of_mine", "format.class_of_mine", "Ops.class_of_mine", "thing_of_mine")
    )
    expect_identical(
      names_found(workspace_function(function(p, t) mean(p)), "workspace"), "mean.class_of_mine"
    )
  })
})

test_that("what is attached is found, but for what a package hides", {
  attach(list(attached_of_mine = 3, letters = 1), name = "of_mine", warn.conflicts = FALSE)
  withr::defer(detach("of_mine", character.only = TRUE))
  fun <- workspace_function(function(p, t) attached_of_mine + letters)
  expect_setequal(names_found(fun, "attached"), c("attached_of_mine", "letters"))
  in_workspace(list(attached_of_mine = 1), {
    expect_identical(names_found(fun, "attached"), "letters")
  })
  # where a name is called R passes by what is no function
  assign("letters", function(x) x, as.environment("of_mine"))
  in_workspace(list(letters = 1), {
    expect_true("letters" %in% names_found(fun, "attached"))
    expect_true("letters" %in% names_found(fun, "workspace"))
  })
})

test_that("what other processes can not have is told by name", {
  skip_if_no_torch()
  weight <- as_tensor(1)
  listed <- list(list(weight))
  expect_identical(reach(function(p, t) listed)$python, "listed")
  expect_length(reach(function(p, t) {
    weight <- p - t
    weight
  })$python, 0)
  methods::setClass("ClassOfMine", methods::representation(k = "numeric"), where = globalenv())
  withr::defer(methods::removeClass("ClassOfMine", where = globalenv()))
  thing <- methods::new("ClassOfMine", k = 2)
  expect_identical(reach(function(p, t) thing@k)$python, "thing")
})
