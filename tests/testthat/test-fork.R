# What works in a process that is forked from one where torch has worked on
# several threads. Each child is watched: one that hangs is ended.

skip_if_no_torch()
skip_on_os("windows")

# In a new R session, where torch has worked on two threads, gives what each of
# some functions gives in a child forked from it, and what it gives in the session
# itself; "hangs" if the child takes too long.
in_forks <- function(funs) {
  in_new_session(function(funs) {
    torch$set_num_threads(2L)
    as.numeric(sum(as_tensor(rep(1, 3e6)))) # shared by both threads
    parent <- new.env(parent = globalenv())
    parent$data <- data.frame(x = sin(1:60000), z = cos(1:60000 / 7))
    parent$data$y <- parent$data$x - parent$data$z^2
    in_child <- function(fun) {
      child <- parallel::mcparallel(tryCatch(fun(), error = identity))
      end <- Sys.time() + 60
      repeat {
        given <- parallel::mccollect(child, wait = FALSE, timeout = 1)
        if (!is.null(given)) break
        if (Sys.time() > end) {
          tools::pskill(child$pid, tools::SIGKILL)
          return("hangs")
        }
      }
      parallel::mccollect(child)
      given[[1]]
    }
    lapply(funs, function(fun) {
      environment(fun) <- parent
      list(child = in_child(fun), here = fun())
    })
  }, list(funs))
}

found <- in_forks(list(
  core = function() {
    loaded <- is.null(nnfit:::python$core)
    c(nn_fit(y ~ ., data, hidden_units = 16, epochs = 3, seed = 1)$stopped, loaded)
  },
  all = function() {
    fit <- nn_fit(y ~ ., data, hidden_units = 16, epochs = 3, seed = 1)
    linear <- nn_fit(y ~ ., data)
    cv <- nn_cv(y ~ ., data, hidden_units = 4, epochs = 2, folds = 2, seed = 1)
    x <- as_tensor(as.matrix(data))
    list(
      fit$history$train_loss, coef(linear), cv$losses$valid_loss,
      unname(predict(fit, data)[1:3]), as.numeric(sum(x * x + x))
    )
  },
  threads = function() {
    nn_fit(y ~ ., data, hidden_units = 16, epochs = 3, seed = 1)
    torch$get_num_threads()
  },
  tensor = function() {
    x <- as_tensor(rep(2, 3e6))
    c(as.numeric(sum(x * x)), torch$get_num_threads())
  },
  gpu = function() {
    refused <- tryCatch(
      nn_fit(y ~ ., data, hidden_units = 2, epochs = 1, device = "cuda"), error = conditionMessage
    )
    list(nn_fit(y ~ ., data, hidden_units = 2, epochs = 1)$options$device, refused)
  },
  interrupt = function() {
    system(sprintf("(sleep 1; kill -INT %d) > /dev/null 2>&1 &", Sys.getpid()))
    tryCatch(
      nn_fit(y ~ ., data, hidden_units = 4, epochs = 1e6, seed = 1),
      interrupt = function(condition) condition$fit$stopped
    )
  }
))

test_that("the core may be loaded in the child first", {
  expect_identical(found$core$child, c("epochs", "TRUE"))
})

test_that("fits, predictions and tensors are those of the parent", {
  expect_type(found$all$child, "list")
  expect_equal(found$all$child, found$all$here, tolerance = 1e-5)
})

test_that("a child works on one thread, its parent goes on with its own", {
  expect_identical(found$threads, list(child = 1L, here = 2L))
})

test_that("a tensor's first operation in a child does not hang", {
  expect_identical(found$tensor, list(child = c(12e6, 1), here = c(12e6, 2)))
})

test_that("a GPU is refused in a child, and the CPU is what is chosen there", {
  expect_identical(found$gpu$child[[1]], "cpu")
  said <- gsub("\\s+", " ", found$gpu$child[[2]])
  expect_match(said, '`device` is "cuda", which does not work in a forked process.', fixed = TRUE)
  expect_match(said, "callr")
})

test_that("the interrupt's way back works in a child too", {
  expect_identical(found$interrupt, list(child = "interrupted", here = "interrupted"))
})
