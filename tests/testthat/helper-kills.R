# Fits that are written down as they are trained, in a session of their own that is killed:
# the session saves each that is done, and goes on with the next.

# Calls of `nn_fit()` and `nn_cv()`, by what is tried; `data`: rows, `files`: the same as a path.
fits_to_kill <- function() {
  list(
    "full batch" = quote(
      nn_fit(y ~ ., data, hidden_units = 16, epochs = 8000, optimizer = "adam", stop_iter = 1e4,
        validation = 0.2, schedule = "cosine", seed = 1, checkpoint = folder, progress = FALSE)
    ),
    "mini-batches" = quote(
      nn_fit(y ~ ., data, hidden_units = 8, epochs = 3000, batch_size = 16, dropout = 0.2,
        seed = 2, checkpoint = folder, progress = FALSE)
    ),
    "L-BFGS" = quote(
      nn_fit(y ~ ., data, hidden_units = c(64, 64), epochs = 1500, optimizer = "lbfgs", loss = "l1",
        seed = 3,
        checkpoint = folder, progress = FALSE)
    ),
    "Levenberg-Marquardt" = quote(
      nn_fit(y ~ ., data, hidden_units = c(30, 30), epochs = 100, members = 6,
        optimizer = "levenberg_marquardt",
        seed = 4, checkpoint = folder, progress = FALSE)
    ),
    "replicas side by side" = quote(
      nn_fit(y ~ ., data, hidden_units = 8, epochs = 6000, optimizer = "adam", bootstrap = 20,
        seed = 5, checkpoint = folder, progress = FALSE)
    ),
    "folds in turn" = quote(
      nn_cv(y ~ ., data, hidden_units = 8, epochs = 1500, folds = 5, batch_size = 40, seed = 6,
        checkpoint = folder, progress = FALSE)
    ),
    "a penalty that is chosen" = quote(
      nn_fit(y ~ ., data, hidden_units = c(100, 100), seed = 7, checkpoint = folder,
        progress = FALSE)
    ),
    "files" = quote(
      nn_fit(y ~ a + b, files, hidden_units = 8, epochs = 1500, batch_size = 8, shuffle_buffer = 40,
        dropout = 0.1, seed = 8, checkpoint = folder, progress = FALSE)
    )
  )
}

rows_to_kill <- function() {
  withr::with_seed(1, {
    data <- data.frame(a = stats::rnorm(200), b = stats::rnorm(200), c = stats::rnorm(200))
    data$y <- sin(2 * data$a) + data$b * data$c + stats::rnorm(200) / 4
    data
  })
}

# In the session that is killed: writes down all the time, and each fit when it is done.
train_what_is_left <- function(home, calls, data, files, every) {
  library(nnfit)
  get("core", asNamespace("nnfit"))()
  module <- reticulate::import_from_path(
    "nnfit.core.training.checkpoint", path = system.file("python", package = "nnfit")
  )
  module$EVERY <- every
  module$SPARING <- 1
  file.create(file.path(home, "begun"))
  for (name in names(calls)) {
    done <- file.path(home, paste0(name, ".rds"))
    if (file.exists(done)) next
    values <- list(data = data, files = files, folder = file.path(home, name))
    fit <- eval(calls[[name]], values)
    saveRDS(fit, paste0(done, ".new"))
    file.rename(paste0(done, ".new"), done)
  }
}

# Kills sessions until that has been done `kills` times, then has one go on to the end. Gives
# how many were killed while a fit was in training.
kill_sessions <- function(home, calls, data, files, kills, longest, every = 0.05) {
  begun <- file.path(home, "begun")
  landed <- 0L
  repeat {
    unlink(begun)
    process <- callr::r_bg(
      train_what_is_left, list(home, calls, data, files, every), libpath = .libPaths(),
      stdout = NULL, stderr = file.path(home, "said")
    )
    if (landed >= kills) break
    await(function() file.exists(begun) || !process$is_alive())
    Sys.sleep(stats::runif(1, 0, longest))
    if (!process$is_alive()) break
    tools::pskill(process$get_pid(), tools::SIGKILL)
    process$wait()
    landed <- landed + 1L
  }
  process$wait(600000)
  process$get_result()
  landed
}

await <- function(there, limit = 120) {
  end <- Sys.time() + limit
  while (!isTRUE(there())) {
    if (Sys.time() > end) stop("The session did not get ready.")
    Sys.sleep(0.01)
  }
}

# What of a fit has to be the same, bit for bit.
without_clock <- function(fit) {
  fit$replicates$seconds <- NULL
  unclass(fit)[setdiff(names(fit), c("seconds", "call", "module_key", "blueprint", "formula"))]
}
