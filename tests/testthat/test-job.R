skip_if_no_pyarrow()
skip_on_cran() # processes are started

# Trains a job as torchrun would have one process train it: nothing is different but who starts it.
train_job <- function(job, out, processes = NULL, ...) {
  python <- find_python()$path
  torchrun <- c("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", processes)
  withr::local_envvar(PYTHONPATH = core_folder(), OMP_NUM_THREADS = "1")
  said <- suppressWarnings(system2(
    python, c(if (!is.null(processes)) torchrun, "-m", "nnfit.train", job, "--out", out, ...),
    stdout = TRUE, stderr = TRUE
  ))
  if (!file.exists(out)) stop(paste(said, collapse = "\n"))
  nn_load(out)
}

# The fit of a job, and the one that nn_fit() gives.
expect_same_job <- function(formula, data, ..., processes = NULL, tolerance = 1e-8) {
  folder <- withr::local_tempdir()
  path <- write_parquet(data, env = parent.frame())
  job <- file.path(folder, "job.json")
  suppressMessages(nn_job(formula, path, ..., seed = 1, file = job))
  made <- train_job(job, file.path(folder, "model.safetensors"), processes)
  fit <- nn_fit(formula, path, ..., seed = 1)
  expect_s3_class(made, "nn_fit")
  expect_identical(names(made), names(fit))
  expect_equal(coef(made), coef(fit), tolerance = tolerance)
  same <- setdiff(names(fit), c(
    "call", "seconds", "module_key", "parameters", "unscaled", "history", "scaling", "information"
  ))
  expect_equal(unclass(made)[same], unclass(fit)[same], ignore_formula_env = TRUE,
    tolerance = tolerance
  )
  expect_equal(loss_table(made), loss_table(fit), tolerance = tolerance)
  invisible(list(made = made, fit = fit, path = path))
}

cars <- transform(mtcars,
  cyl = factor(cyl), am = am == 1, vs = c("v", "Straight")[vs + 1], w = rep(c(1, 2), 16)
)

test_that("the fit of a job is the one of nn_fit(), by any formula", {
  it <- expect_same_job(mpg ~ wt * cyl + vs, cars, weights = w)
  expect_equal(
    summary(it$made)$coefficients, summary(it$fit)$coefficients, tolerance = 1e-6
  )
  expect_equal(predict(it$made, cars), predict(it$fit, cars), tolerance = 1e-8)
  expect_equal(predict(it$made, it$path), predict(it$fit, it$path), tolerance = 1e-8)
  expect_identical(rlang::call_name(it$made$call), "nn_fit")
  expect_identical(it$made$call$weights, quote(w))
  expect_null(it$made$call$file)
})

test_that("classes, validation and two processes: the fit of nn_fit()", {
  it <- expect_same_job(Species ~ ., iris,
    hidden_units = 4, batch_size = 16, epochs = 5, validation = 0.2, dtype = "float64",
    processes = 2
  )
  expect_identical(predict(it$made, iris, "class"), predict(it$fit, iris, "class"))
  text <- utils::capture.output(print(it$made))
  expect_match(text, "Species ~ . on", fixed = TRUE, all = FALSE)
})

test_that("embedded levels, an offset and a fit to start from go with a job", {
  d <- transform(cars, l = rep(letters[1:4], 8), z = wt / 10)
  expect_same_job(carb ~ wt + l, d,
    loss = "poisson_nll", hidden_units = 3, epochs = 3, embed = list(l = 2), offset = z,
    shuffle = FALSE, batch_size = 8, dtype = "float64"
  )
  path <- write_parquet(d)
  before <- nn_fit(mpg ~ wt, path, hidden_units = 3, epochs = 3, seed = 2, dtype = "float64")
  expect_same_job(mpg ~ wt, d, hidden_units = 3, epochs = 3, start = before, dtype = "float64")
})

test_that("a module goes with a job, and predict() wants it again", {
  folder <- withr::local_tempdir()
  path <- write_parquet(cars)
  job <- file.path(folder, "job.json")
  module <- torch$nn$Linear(2L, 2L)
  suppressMessages(nn_job(mpg ~ wt + hp, path, model = module, epochs = 2, seed = 1, file = job,
    loss = "gaussian_nll"))
  made <- train_job(job, file.path(folder, "model.safetensors"))
  fit <- nn_fit(mpg ~ wt + hp, path, model = module, epochs = 2, seed = 1, loss = "gaussian_nll")
  expect_identical(made$outcome, fit$outcome)
  expect_equal(predict(made, cars, model = module), predict(fit, cars), tolerance = 1e-5)
  expect_refused(predict(made, cars), "module", "needs the torch module")
})

test_that("a fit of a job is updated in this session", {
  folder <- withr::local_tempdir()
  path <- write_parquet(cars)
  job <- file.path(folder, "job.json")
  suppressMessages(nn_job(mpg ~ wt + cyl, path, file = job))
  made <- train_job(job, file.path(folder, "model.safetensors"))
  expect_equal(coef(update(made, . ~ . - cyl)), coef(lm(mpg ~ wt, cars)), tolerance = 1e-8)
})

test_that("set.seed() governs, and nothing else is drawn", {
  path <- write_parquet(cars)
  job <- withr::local_tempfile(fileext = ".json")
  seed_of <- function(...) {
    suppressMessages(nn_job(mpg ~ wt, path, hidden_units = 2, file = job, ...))
    read_json(paste(readLines(job, warn = FALSE), collapse = "\n"))$arguments$seed
  }
  set.seed(1)
  first <- seed_of()
  after <- .Random.seed
  set.seed(1)
  expect_identical(resolve_seed(NULL), as.integer(first))
  expect_identical(.Random.seed, after)
  expect_equal(seed_of(seed = 7), 7)
  expect_identical(.Random.seed, after)
})

test_that("files of an earlier job are replaced, and a job of Python's has none of R's", {
  folder <- withr::local_tempdir()
  path <- write_parquet(cars)
  job <- file.path(folder, "job.json")
  suppressMessages(nn_job(mpg ~ wt, path, file = job))
  suppressMessages(nn_job(hp ~ disp, path, file = job))
  made <- train_job(job, file.path(folder, "model.safetensors"))
  expect_equal(coef(made), coef(lm(hp ~ disp, cars)), tolerance = 1e-8)
  expect_setequal(
    list.files(folder), c("job.json", "job.json.beside.safetensors", "model.safetensors")
  )
  python <- reticulate::import_from_path("nnfit", path = core_folder())
  python$job(path, "mpg", list("wt"), file = job)
  expect_setequal(list.files(folder), c("job.json", "model.safetensors"))
})

test_that("it says what to run next, on one line, and gives the file", {
  path <- write_parquet(cars)
  folder <- withr::local_tempdir()
  withr::local_dir(folder)
  withr::local_options(cli.width = 40)
  said <- expect_message(
    made <- withVisible(nn_job(mpg ~ wt, path)), class = "nnfit_message_job"
  )
  expect_identical(made, list(value = "job.json", visible = FALSE))
  lines <- trimws(strsplit(conditionMessage(said), "\n")[[1]])
  line <- grep("torch.distributed.run", lines, value = TRUE)
  expect_match(line, "-m nnfit.train job.json --out model.safetensors$")
  skip_on_os("windows")
  command <- paste(grep("^export ", lines, value = TRUE), line, sep = "; ")
  command <- sub("--nproc-per-node 4", "--nproc-per-node 1 --standalone", command, fixed = TRUE)
  expect_identical(system(command, ignore.stdout = TRUE, ignore.stderr = TRUE), 0L)
  expect_equal(coef(nn_load("model.safetensors")), coef(lm(mpg ~ wt, cars)), tolerance = 1e-8)
})

test_that("words of a shell are quoted where they have to be", {
  skip_on_os("windows")
  expect_identical(as_shell_word("/a/b-c.json"), "/a/b-c.json")
  expect_identical(as_shell_word("my job.json"), "'my job.json'")
  expect_identical(as_shell_word("$x"), "'$x'")
})

test_that("what can not be a job is refused from nn_job()", {
  refused <- function(...) expect_refused(..., from = "nn_job")
  path <- write_parquet(cars)
  folder <- withr::local_tempdir()
  withr::local_dir(folder)
  waiting <- list(
    callback = function(state) TRUE, progress = TRUE, isolate = TRUE, checkpoint = "folder",
    processes = 2
  )
  for (name in names(waiting)) {
    arguments <- c(list(mpg ~ wt, path), waiting[name])
    refused(rlang::exec(nn_job, !!!arguments, .env = environment()), "argument",
      paste(name, "must be left out of nn_job()")
    )
  }
  refused(nn_job(mpg ~ wt, cars), "argument", "data must be the path of Parquet files")
  refused(nn_job(mpg ~ wt), "argument", "data is missing")
  refused(nn_job(data = path), "argument", "formula is missing")
  refused(nn_job(path, mpg ~ wt), "argument", "data must be the path")
  refused(nn_job(mpg ~ wt, "nowhere"), "data", "nowhere does not exist")
  refused(nn_job(mpg ~ wt, path, epoch = 3), "argument", "epoch is not an option")
  refused(nn_job(mpg ~ wt, path, subset = 1:3), "argument", "subset is not an option")
  refused(nn_job(mpg ~ wt, path, loss = function(p, t) mean(p - t)), "argument", "loss can not be")
  refused(nn_job(mpg ~ wt, path, file = 3), "argument", "file must be the name of a file")
  refused(nn_job(mpg ~ wt, path, members = 3, hidden_units = 2), "argument", "members can not be")
  refused(nn_job(mpg ~ wt, path, file = "no/where.json"), "file", "file can not be written")
  expect_identical(list.files(folder), character())
  # which is as they are by default
  expect_message(
    nn_job(mpg ~ wt, path, progress = FALSE, isolate = FALSE, callback = NULL, checkpoint = NULL),
    class = "nnfit_message_job"
  )
})

test_that("without what R writes beside it there is no job", {
  skip_on_os("windows")
  job <- withr::local_tempfile(lines = "{}")
  dir.create(file.path(paste0(job, ".beside.safetensors"), "full"), recursive = TRUE)
  expect_refused(
    suppressWarnings(write_beside("job.json", job, list(), list(r = "1"), quote(nn_job()))),
    "file", "file can not be written: job.json"
  )
  expect_false(file.exists(job))
})
