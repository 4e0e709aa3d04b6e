test_that("whole numbers beyond 31 bits are doubles, wherever `$` leads", {
  skip_if_no_torch()
  big <- as_tensor(rep(.Machine$integer.max, 3L))
  expect_identical(sum(big)$item(), 3 * .Machine$integer.max)
  expect_identical((big + 1L)$tolist(), rep(2^31, 3))
  expect_identical(as_tensor(c(1, -2^31), "int64")$tolist(), c(1, -2^31))
  expect_identical(as_tensor(1:3)$tolist(), 1:3)
  expect_identical(as_tensor(1:3)$numel(), 3L)
  expect_identical(torch$iinfo(torch$int32)$max, .Machine$integer.max)
  expect_identical(torch$iinfo(torch$int32)$min, -2^31)
  vast <- torch$empty(30000L, 200000L, device = "meta")
  expect_identical(vast$numel(), 6e9)
  expect_identical(torch$numel(vast), 6e9)
  expect_identical(vast$shape$numel(), 6e9)
  expect_identical(vast$untyped_storage()$nbytes(), 2.4e10)
  expect_identical(vast$nbytes, 2.4e10)
  expect_identical(vast$view(-1L)$shape[[0]], 6e9)
  expect_identical(vast$t()$contiguous()$stride(), list(30000L, 1L))
  expect_identical(length(vast), 6e9)
  expect_identical(dim(vast$view(-1L)), 6e9)
  expect_identical(torch$Generator()$manual_seed(5L)$initial_seed(), 5L)
})

test_that("beyond 2^53 digits are lost with a warning", {
  skip_if_no_torch()
  expect_warning(
    most <- torch$iinfo(torch$int64)$max, "Whole numbers beyond 2^53",
    fixed = TRUE, class = "nnfit_warning_tensor"
  )
  expect_identical(most, 2^63)
  expect_warning(
    x <- as_tensor(2^60, "int64")$add(1L)$item(), class = "nnfit_warning_tensor"
  )
  expect_identical(x, 2^60)
  expect_silent(expect_identical(as_tensor(2^60, "int64")$item(), 2^60))
  error <- expect_warning(
    as.array(as_tensor(2^60, "int64")), "beyond 2^53", fixed = TRUE, class = "nnfit_warning_tensor"
  )
  expect_identical(rlang::call_name(conditionCall(error)), "as.array")
})

test_that("an object of Python's keeps its first class, and is marked once", {
  skip_if_no_torch()
  expect_identical(class(torch$ones(2L)$shape)[1], "torch.Size")
  expect_identical(class(torch$float32)[1], "torch.dtype")
  expect_identical(class(torch$nn$Linear)[1], "python.builtin.type")
  module <- torch$nn$Linear(2L, 1L)
  expect_s3_class(module, "torch.nn.modules.module.Module")
  expect_identical(sum(class(module) == PYTHON_MARK), 1L)
  expect_identical(sum(class(marked(marked(torch$float32))) == PYTHON_MARK), 1L)
  expect_s3_class(torch, PYTHON_MARK)
  expect_s3_class(torch$nn$functional, PYTHON_MARK)
  expect_s3_class(torch$utils$data, "python.builtin.module")
  expect_false(PYTHON_MARK %in% class(torch$ones(2L)))
})

test_that("functions of Python's take names, nothing and lists, and answer in R", {
  skip_if_no_torch()
  x <- as_tensor(matrix(c(1, 2, 3, 5), 2))
  expect_identical(as.vector(x$sum(dim = 0L)), c(3, 8))
  expect_identical(as.vector(torch$add(x, x, alpha = 2)), 3 * c(1, 2, 3, 5))
  arguments <- list(x, 1L)
  expect_identical(dim(do.call(torch$unsqueeze, arguments)), c(2L, 1L, 2L))
  expect_identical(withVisible(torch$set_num_threads(torch$get_num_threads()))$visible, FALSE)
  expect_identical(torch$is_tensor(x), TRUE)
  named <- reticulate::py_eval("lambda object, call, frame: object - call * frame")
  named <- handed_over(named)
  expect_identical(named(1L, 2L, 3L), -5L)
  expect_identical(named(frame = 2^31, object = 0, call = 1), -2^31)
  x <- as_tensor(c(1, -1))
  expect_identical(as.vector(torch$where(condition = x > 0, input = x, other = x * 2)), c(1, -2))
  taken <- handed_over(reticulate::py_eval("lambda x=1, callable=2, *rest: (x, callable, rest)"))
  expect_identical(taken(x = "a", callable = "b"), list("a", "b", list()))
  expect_identical(taken(), list(1L, 2L, list()))
  expect_identical(taken("a"), list("a", 2L, list()))
  expect_identical(taken(NULL, "b"), list(NULL, "b", list()))
  expect_identical(taken("a", callable = "b"), list("a", "b", list()))
  expect_identical(taken("a", list(1, 2), c(1, 2), NULL)[[3]], list(c(1, 2), NULL))
  expect_true("in_features" %in% names(formals(torch$nn$Linear)) ||
    identical(names(formals(torch$nn$Linear)), "..."))
})

test_that("lists that hold tensors and objects come through", {
  skip_if_no_torch()
  module <- torch$nn$Linear(2L, 1L)
  optimizer <- torch$optim$SGD(module$parameters(), lr = 0.5)
  group <- optimizer$param_groups[[1]]
  expect_identical(group$lr, 0.5)
  expect_s3_class(group$params[[1]], "torch.Tensor")
  expect_identical(dim(module(torch$ones(3L, 2L))), c(3L, 1L))
  expect_null(optimizer$step())
  expect_s3_class(torch$ones(2L)$split(1L)[[2]], "torch.Tensor")
})

test_that("what Python refuses stays an error", {
  skip_if_no_torch()
  expect_error(torch$nothing, "nothing")
  expect_error(torch$ones(2L)$nothing, "nothing")
  expect_error(torch$iinfo(torch$float32), "integer")
  expect_error(torch$ones(2L)$shape[[5]], "range")
})

test_that("a module that was imported without conversion is left to Python", {
  skip_if_no_torch()
  raw <- reticulate::import("torch", convert = FALSE)
  expect_s3_class(raw$ones(2L)$numel(), "python.builtin.int")
})

test_that("bytes that are no text do not reach Python", {
  skip_if_no_torch()
  bad <- "\xff"
  for (code in alist(torch$tensor(bad), torch$zeros(2L, dtype = bad), as_tensor(1)$to(bad))) {
    error <- expect_error(eval(code), class = "nnfit_error_argument")
    expect_match(conditionMessage(error), "bytes that are no text")
  }
  expect_error(as_tensor(1, dtype = "\xff"), class = "nnfit_error_tensor")
  expect_error(as_tensor(1, device = "\xff"), class = "nnfit_error_tensor")
})

test_that("modules say what they have, dicts have items, and other objects are asked", {
  skip_if_no_torch()
  expect_true(has_attribute(torch, "nn"))
  expect_false(has_attribute(torch, "no_such_part"))
  items <- reticulate::r_to_py(list(a = 1))
  expect_false(has_attribute(items, "a"))
  expect_true(has_attribute(torch$float32, "is_floating_point"))
  expect_true(has_attribute(torch$float32, "no_such_part"))
})

test_that("a function has the arguments that reticulate knows of it", {
  skip_if_no_torch()
  lambda <- reticulate::py_eval("lambda a, frame=5: a - frame")
  told <- exact_function(attr(lambda, "py_object"), function(a, frame = 5L) NULL)
  expect_named(formals(told), c("a", "frame"))
  expect_identical(told(7L, 2L), 5L)
  expect_identical(told(frame = 1L, a = 7L), 6L)
  expect_identical(told(7L), 2L)
})
