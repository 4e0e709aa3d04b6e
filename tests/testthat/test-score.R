# A function of the package is another until the test ends.
put_in_place <- function(name, value, env = parent.frame()) {
  real <- get(name, asNamespace("nnfit"))
  withr::defer(utils::assignInNamespace(name, real, "nnfit"), env)
  utils::assignInNamespace(name, value, "nnfit")
}

test_that("what is asked for is what is used", {
  state <- list(parameters = list(matrix(0, 10, 10)), options = list())
  expect_identical(engine_of("r", state, 1e9), "r")
  expect_identical(engine_of("torch", state, 1), "torch")
  own <- utils::modifyList(state, list(options = list(own_model = TRUE)))
  expect_identical(engine_of("auto", own, 1), "torch")
})

test_that("torch computes where it is asked, and R where that is", {
  skip_if_no_torch()
  fit <- nn_fit(mpg ~ wt, mtcars)
  real <- call_core
  crossed <- 0
  put_in_place("call_core", function(...) {
    crossed <<- crossed + 1
    real(...)
  })
  predict(fit, mtcars, engine = "r")
  predict(fit, mtcars)
  expect_identical(crossed, 0)
  predict(fit, mtcars, engine = "torch")
  expect_identical(crossed, 1)
})

test_that("where torch runs, it has what is large", {
  skip_if_no_torch()
  state <- list(parameters = list(matrix(0, 10, 10)), options = list())
  core()
  expect_identical(engine_of("auto", state, 100), "r")
  expect_identical(engine_of(NULL, state, 100), "r")
  expect_identical(engine_of("auto", state, 1e5), "torch")
  # a hundred replicates are as many networks
  replicated <- c(state, list(replicates = list(train_loss = rep(1, 100))))
  expect_identical(engine_of("auto", replicated, 100), "torch")
})

test_that("where torch sleeps or is not there, R has all but what is very large", {
  state <- list(parameters = list(matrix(0, 10, 10)), options = list())
  put_in_place("is_core_loaded", function() FALSE)
  put_in_place("finds_torch", function() TRUE)
  expect_identical(engine_of("auto", state, 1e5), "r")
  expect_identical(engine_of("auto", state, 1e8), "torch")
  put_in_place("finds_torch", function() FALSE)
  expect_identical(engine_of("auto", state, 1e8), "r")
})

test_that("without torch a session asks once", {
  asked <- 0
  put_in_place("has_torch", function() {
    asked <<- asked + 1
    FALSE
  })
  before <- cache$finds_torch
  on.exit(cache$finds_torch <- before)
  cache$finds_torch <- NULL
  expect_identical(c(finds_torch(), finds_torch()), c(FALSE, FALSE))
  expect_identical(asked, 1)
})

test_that("a module of the user's own, and files, are refused by name", {
  skip_if_no_torch()
  module <- torch$nn$Linear(1L, 1L)
  own <- nn_fit(mpg ~ wt, mtcars, model = module, epochs = 2)
  expect_refused(
    predict(own, mtcars, engine = "r"), "module",
    paste(
      "engine = r computes networks of hidden_units, and this fits is a torch module of your own,",
      "which needs torch."
    ),
    "Leave engine out, where Python and torch are installed.", from = "predict"
  )
  expect_length(predict(own, mtcars), 32)
  expect_length(predict(own, mtcars, engine = "torch"), 32)
  fit <- nn_fit(mpg ~ wt, mtcars)
  expect_refused(
    predict(fit, "there.parquet", engine = "r"), "argument",
    "engine = r needs newdata in memory: files are read by Python", from = "predict"
  )
  expect_refused(
    predict(fit, mtcars, engine = "tensor"), "argument",
    "engine must be one of auto, torch, and r", from = "predict"
  )
})

# What a session without Python makes of fits, and whether it has loaded reticulate; then
# what a function that needs Python says, as far as it says anything.
without_python <- function(fits, data) {
  in_new_session(function(fits, data) {
    Sys.setenv(RETICULATE_PYTHON = "/nowhere/python")
    grDevices::pdf(NULL)
    found <- lapply(fits, function(fit) {
      shown <- utils::capture.output({
        print(fit)
        print(summary(fit))
        utils::str(fit)
      })
      for (which in c("loss", "residuals", "observed")) {
        if (fit$outcome$kind != "survival" || which == "loss") plot(fit, which)
      }
      list(
        shown = shown, fitted = fitted(fit), residuals = residuals(fit), own = predict(fit),
        new = predict(fit, data)
      )
    })
    linear <- fits$linear
    more <- list(
      confidence = predict(linear, data, interval = "confidence"),
      se = predict(linear, data, se.fit = TRUE), again = predict(linear, se.fit = TRUE)$fit,
      boot = predict(fits$boot, data, interval = "confidence"),
      outcomes = predict(fits$tuned, data, interval = "prediction"),
      curve = predict(fits$tuned, data, interval = "confidence"),
      sets = predict(fits$classes, data, type = "set"),
      curves = predict(fits$survival, data, type = "survival", times = c(12, 20))
    )
    quiet <- !"reticulate" %in% loadedNamespaces()
    again <- tryCatch(update(linear, . ~ wt, data = data), error = class)
    list(found = found, more = more, quiet = quiet, again = again)
  }, list(fits, data))
}

test_that("a session without Python predicts, prints and draws, and does not load reticulate", {
  skip_if_no_torch()
  cars <- transform(mtcars, kind = factor(carb > 2), who = rownames(mtcars))
  fits <- list(
    linear = nn_fit(mpg ~ wt + hp, cars), boot = nn_fit(mpg ~ wt, cars, bootstrap = 4, seed = 1),
    tuned = nn_fit(mpg ~ wt + hp, cars, hidden_units = 3, seed = 1),
    classes = nn_fit(kind ~ wt + hp, cars, hidden_units = 3, seed = 1),
    embedded = nn_fit(mpg ~ wt + who, cars, hidden_units = 3, embed = TRUE, epochs = 5, seed = 1),
    survival = nn_fit(survival::Surv(mpg, am) ~ wt, cars)
  )
  # The data are where the call names them.
  fits <- lapply(fits, function(fit) {
    fit$call$data <- cars
    fit
  })
  there <- without_python(fits, cars)
  if (!is_dev_package()) expect_true(there$quiet) # load_all() touches all that is exported
  expect_true("nnfit_error_python" %in% there$again)
  for (name in names(fits)) {
    fit <- fits[[name]]
    found <- there$found[[name]]
    expect_identical(found$fitted, fitted(fit))
    expect_identical(found$residuals, residuals(fit))
    expect_lte(apart(found$new, predict(fit, cars, engine = "torch")), score_tolerance(fit))
    expect_identical(names(found$new), names(predict(fit, cars)))
  }
  expect_identical(there$more$confidence, predict(fits$linear, cars, interval = "confidence",
    engine = "r"))
  expect_identical(there$more$again, there$more$se$fit)
  expect_identical(there$more$sets, predict(fits$classes, cars, type = "set", engine = "torch"))
  expect_lte(
    apart(there$more$outcomes, predict(fits$tuned, cars, interval = "prediction")), 1e-6
  )
  expect_lte(apart(there$more$curve, predict(fits$tuned, cars, interval = "confidence")), 1e-6)
  expect_lte(
    apart(there$more$boot, predict(fits$boot, cars, interval = "confidence", engine = "torch")),
    1e-12
  )
  expect_lte(
    apart(there$more$curves, predict(fits$survival, cars, type = "survival", times = c(12, 20))),
    1e-12
  )
})

# A reply to a request as the network carries it: its status and what it holds.
request <- function(port, path, body = NULL, method = if (is.null(body)) "GET" else "POST") {
  connection <- socketConnection("127.0.0.1", port, open = "r+b", blocking = TRUE, timeout = 30)
  on.exit(close(connection))
  length <- if (is.null(body)) 0 else nchar(body, "bytes")
  head <- c(
    paste(method, path, "HTTP/1.1"), "Host: localhost", "Connection: close",
    "Content-Type: application/json", paste("Content-Length:", length), "", ""
  )
  writeBin(charToRaw(paste0(paste(head, collapse = "\r\n"), body)), connection)
  reply <- raw()
  while (length(part <- readBin(connection, "raw", 65536))) reply <- c(reply, part)
  parts <- strsplit(rawToChar(reply), "\r\n\r\n", fixed = TRUE)[[1]]
  status <- as.integer(sub("^HTTP/1.1 ([0-9]+) .*$", "\\1", strsplit(parts[1], "\r\n")[[1]][1]))
  list(status = status, content = jsonlite::fromJSON(parts[2]))
}

# The API of the package in a process of its own, without Python, with a fit.
serve <- function(fit, env = parent.frame()) {
  skip_if_not_installed("callr")
  skip_if_not_installed("plumber")
  skip_if(is_dev_package(), "the installed package, which plumber asks for its API")
  file <- withr::local_tempfile(fileext = ".rds", .local_envir = env)
  saveRDS(fit, file)
  port <- httpuv::randomPort()
  server <- callr::r_bg(function(port) {
    api <- plumber::plumb_api("nnfit", "score")
    api$handle("GET", "/loaded", function() loadedNamespaces())
    api$run(port = port, docs = FALSE, quiet = TRUE)
  }, list(port), env = c(
    callr::rcmd_safe_env(), NNFIT_FIT = file, RETICULATE_PYTHON = "/nowhere/python"
  ))
  withr::defer(server$kill(), env)
  ready <- FALSE
  for (try in seq_len(150)) {
    if (!server$is_alive()) break
    ready <- tryCatch(request(port, "/")$status == 200, error = function(error) FALSE,
      warning = function(warning) FALSE
    )
    if (ready) break
    Sys.sleep(0.2)
  }
  if (!ready) stop("The server did not start: ", try(server$get_result()))
  port
}

test_that("a server of plumber scores with R alone", {
  skip_if_no_torch()
  cars <- transform(mtcars, kind = factor(ifelse(carb > 2, "many", "few")))
  fit <- nn_fit(mpg ~ wt + hp + kind, cars, hidden_units = 4, seed = 1)
  port <- serve(fit)
  expect_identical(request(port, "/")$content$formula, "mpg ~ wt + hp + kind")
  rows <- jsonlite::toJSON(cars[1:5, c("kind", "hp", "wt")], digits = NA)
  reply <- request(port, "/predict", rows)
  expect_identical(reply$status, 200L)
  expect_lte(apart(reply$content$fit, predict(fit, cars[1:5, ], engine = "torch")), 1e-6)
  limits <- request(port, "/predict?interval=prediction&level=0.8", rows)$content
  torch <- predict(fit, cars[1:5, ], interval = "prediction", level = 0.8, engine = "torch")
  expect_lte(apart(limits[c("fit", "lwr", "upr")], as.data.frame(torch)), 1e-6)
  # a row in which something is missing, and what is no data for this model
  missing <- '[{"wt": null, "hp": 100, "kind": "few"}, {"wt": 2, "hp": 100, "kind": "few"}]'
  expect_identical(is.na(request(port, "/predict", missing)$content$fit), c(TRUE, FALSE))
  wrong <- request(port, "/predict", '[{"wt": 2, "kind": "few"}]')
  expect_identical(wrong$status, 400L)
  expect_match(wrong$content$error, "Missing: ?.*hp")
  expect_identical(request(port, "/predict?type=class", rows)$status, 400L)
  loaded <- request(port, "/loaded")$content
  expect_true("nnfit" %in% loaded)
  expect_false("reticulate" %in% loaded)
})

test_that("either engine says where values are infinite", {
  fit <- nn_fit(mpg ~ wt + hp, mtcars)
  rows <- mtcars[1:4, ]
  rows$wt[2] <- Inf
  rows$hp[3] <- NA
  for (engine in c("r", "torch")) {
    refused <- expect_error(predict(fit, rows, engine = engine), class = "nnfit_error_data")
    expect_match(conditionMessage(refused), "newdata.*1 row has.*wt.*1", label = engine)
  }
})
