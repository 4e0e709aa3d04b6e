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
  whole <- lapply(calls, eval, list(data = data, files = files, folder = NULL))
  landed <- 0L
  # A dozen kills go through all fits once: more of them are more rounds.
  while (landed < kills) {
    round <- withr::local_tempdir()
    more <- kill_sessions(round, calls, data, files, min(12L, kills - landed), longest = 1.5)
    expect_gte(more, min(kills - landed, 6L))
    if (more == 0) break
    landed <- landed + more
    for (name in names(calls)) {
      found <- readRDS(file.path(round, paste0(name, ".rds")))
      expect_identical(without_clock(found), without_clock(whole[[name]]), label = name)
      expect_length(list.files(file.path(round, name), all.files = TRUE, no.. = TRUE), 0)
    }
  }
  cat("\n", landed, "sessions were killed.\n", file = stderr())
})
