# "Several processes and machines": what the article says of its numbers and its lines.

processes_page <- function() {
  skip_if_no_pyarrow()
  skip_on_cran()
  # Knitted it makes them in the temporary folder, and as a script where it runs.
  made <- c("flights", "flights.json", "flights.json.beside.safetensors")
  withr::defer(unlink(made, recursive = TRUE))
  page <- page_environment("processes")
  if (is.null(page$job)) page$job <- readLines("flights.json", warn = FALSE)
  page
}

page_lines <- function() {
  readLines(file.path(source_root(), "vignettes", "processes.Rmd"), encoding = "UTF-8")
}

test_that("the fit of two processes is the one of one, and lm()'s", {
  page <- processes_page()
  expect_equal(coef(page$shared), coef(page$alone), tolerance = 1e-10)
  linear <- lm(delay ~ carrier + hour + distance, page$flights)
  expect_equal(coef(page$shared), coef(linear), tolerance = 1e-8)
  expect_equal(
    summary(page$shared)$coefficients[, "Std. Error"],
    summary(linear)$coefficients[, "Std. Error"], tolerance = 1e-6
  )
  expect_identical(read_json(paste(page$job, collapse = "\n"))$format, "nnfit job")
})

test_that("the options of torchrun and of nnfit.train in the lines are options of theirs", {
  skip_if_no_torch()
  skip_on_cran()
  withr::local_envvar(PYTHONPATH = core_folder())
  help_of <- function(module) {
    paste(system2(find_python()$path, c("-m", module, "--help"), stdout = TRUE), collapse = " ")
  }
  of_torchrun <- gsub("_", "-", help_of("torch.distributed.run"))
  for (option in c("nnodes", "nproc-per-node", "max-restarts", "rdzv-id", "rdzv-backend",
    "rdzv-endpoint")) {
    expect_true(any(grepl(paste0("--", option), page_lines(), fixed = TRUE)), label = option)
    expect_match(of_torchrun, paste0("--", option), fixed = TRUE)
  }
  of_train <- help_of("nnfit.train")
  for (option in c("--out", "--checkpoint")) expect_match(of_train, option, fixed = TRUE)
})
