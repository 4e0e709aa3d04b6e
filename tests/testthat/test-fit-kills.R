# Sessions that are killed at random moments by `kill -9`: a dozen times here,
# NNFIT_KILLS = 200 times by `make kills`.
skip_if_no_torch()
skip_on_cran()
skip_if_not_installed("callr")

test_that("fits go on, in a new session, to the bits that they would have had", {
  home <- withr::local_tempdir()
  kills <- as.integer(Sys.getenv("NNFIT_KILLS", "12"))
  calls <- fits_to_kill()
  data <- rows_to_kill()
  files <- file.path(home, "rows.parquet")
  if (reticulate::py_module_available("pyarrow")) {
    parquet <- reticulate::import("pyarrow.parquet", convert = FALSE)
    table <- reticulate::import("pyarrow", convert = FALSE)$table
    parquet$write_table(table(as.list(data)), files, row_group_size = 20L)
  } else {
    calls$files <- NULL
  }
  # Of many kills each leads less far, so that all are there to be killed.
  landed <- kill_sessions(home, calls, data, files, kills, longest = 18 / kills)
  expect_gte(landed, min(kills, 6))
  folder <- NULL
  for (name in names(calls)) {
    whole <- eval(calls[[name]])
    found <- readRDS(file.path(home, paste0(name, ".rds")))
    expect_identical(without_clock(found), without_clock(whole), label = name)
    expect_length(list.files(file.path(home, name), all.files = TRUE, no.. = TRUE), 0)
  }
  cat("\n", landed, "sessions were killed.\n", file = stderr())
})
