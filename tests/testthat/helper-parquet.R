skip_if_no_pyarrow <- function() {
  skip_if_no_torch()
  skip_if_not(reads_parquet(), "Python's pyarrow")
}

reads_parquet <- function() reticulate::py_module_available("pyarrow")

# A data frame as a Parquet file, in small row groups, as arrow::write_parquet()
# would write it; NA as NULL.
write_parquet <- function(data, path = NULL, env = parent.frame()) {
  path <- path %||% withr::local_tempfile(fileext = ".parquet", .local_envir = env)
  arrow <- reticulate::import("pyarrow", convert = FALSE)
  columns <- lapply(data, as_arrow, arrow)
  table <- arrow$table(columns)
  dir.create(dirname(path), showWarnings = FALSE, recursive = TRUE)
  reticulate::import("pyarrow.parquet")$write_table(table, path, row_group_size = 40L)
  path
}

as_arrow <- function(column, arrow) {
  array <- function(values, ...) {
    arrow$array(lapply(values, function(value) if (!is.na(value)) value), ...)
  }
  if (inherits(column, "Date")) return(array(as.integer(column), type = arrow$date32()))
  if (!is.factor(column)) return(array(column))
  codes <- array(as.integer(column) - 1L, type = arrow$int32())
  levels <- arrow$array(as.list(levels(column)))
  arrow$DictionaryArray$from_arrays(codes, levels, ordered = is.ordered(column))
}
