read <- function(fun) read_code(list(formals(fun), body(fun)))

test_that("code is read with its defaults and its strings", {
  code <- read(function(a, b = pi, ...) {
    d <- a - K
    e <<- sapply(d, "f")
    (function(x, y = z) x)(d)
  })
  expect_true(all(c("pi", "K", "sapply", "z", "-") %in% code$names))
  expect_identical(code$strings, "f")
  expect_true(all(c("a", "b", "d", "e", "x", "y") %in% code$assigned))
  expect_length(code$beyond, 0)
  inline <- function() NULL
  body(inline) <- as.call(list(function(x) x, list(1)))
  expect_length(read(inline)$values, 2)
})

test_that("what tells its names is followed, what does not is beyond", {
  followed <- list(
    function() get("K", globalenv()), function() globalenv()$K, function() .GlobalEnv[["K"]],
    function() mget(c("K", "L")), function(f) match.fun(f), function() do.call(H$f, list()),
    function() base::get("K"), function() getOption("K"), function() assign("K", 3, .GlobalEnv)
  )
  for (fun in followed) expect_length(read(fun)$beyond, 0)
  beyond <- list(
    get = function(n) get(n), get0 = function() base::get0(paste0("K", 1)),
    do.call = function() do.call(paste0("f", 1), list()),
    globalenv = function() eval(x, globalenv()),
    .GlobalEnv = function(n) .GlobalEnv[[n]], parse = function() eval(parse(text = "K")),
    Sys.getenv = function() Sys.getenv("K"), getOption = function(n) getOption(n),
    options = function() options(), mget = function(n) mget(c("K", n)), ls = function() ls()
  )
  for (name in names(beyond)) expect_identical(read(beyond[[name]])$beyond, name)
  expect_identical(read(function() c(getOption("a"), options("b")))$options, c("a", "b"))
})
