file_of <- function(header, rest = raw(), length = NULL) {
  text <- if (is.raw(header)) header else charToRaw(header)
  path <- withr::local_tempfile(.local_envir = parent.frame())
  size <- if (is.null(length)) length(text) else length
  writeBin(c(as.raw(size %/% 256^(0:7) %% 256), text, rest), path)
  path
}

entry <- function(name = "a", dtype = "\"F64\"", shape = "[2]", offsets = "[0,16]") {
  sprintf("\"%s\":{\"dtype\":%s,\"shape\":%s,\"data_offsets\":%s}", name, dtype, shape, offsets)
}

test_that("arrays and texts come back as they were", {
  path <- withr::local_tempfile()
  arrays <- list(
    cube = array(as.double(1:24), c(2, 3, 4)), matrix = matrix(c(NA, NaN, Inf, -0), 2),
    line = array(c(5e-324, 1), 2), whole = array(c(NA, -1L, 7L), 3),
    flags = array(c(TRUE, FALSE, TRUE), 3), none = matrix(0, 0, 3)
  )
  write_safetensors(path, arrays, list(text = "\u00e9 \"quoted\""))
  found <- read_safetensors(path)
  expect_identical(found$arrays[names(arrays)], arrays)
  expect_identical(found$texts, list(text = "\u00e9 \"quoted\""))
  # NA is no NaN.
  expect_identical(is.nan(found$arrays$matrix[, 1]), c(FALSE, TRUE))
  expect_identical(file.size(path) %% 1, 0)
})

test_that("the last index varies fastest in the file", {
  path <- file_of(paste0("{", entry(shape = "[2,1]"), "}"), writeBin(c(1, 2), raw()))
  expect_identical(read_safetensors(path)$arrays$a, matrix(c(1, 2), 2))
  path <- file_of(
    paste0("{", entry(dtype = "\"I32\"", shape = "[2,2]"), "}"), writeBin(1:4, raw())
  )
  expect_identical(read_safetensors(path)$arrays$a, matrix(1:4, 2, byrow = TRUE))
})

test_that("numbers of Python's other types are read", {
  read <- function(dtype, bytes) {
    n <- length(bytes)
    text <- sprintf("{%s}", entry(
      dtype = sprintf("\"%s\"", dtype), shape = sprintf("[%d]", n / file_dtypes[[dtype]]$size),
      offsets = sprintf("[0,%d]", n)
    ))
    as.vector(read_safetensors(file_of(text, bytes))$arrays$a)
  }
  expect_identical(read("F32", writeBin(c(0.5, -2), raw(), size = 4)), c(0.5, -2))
  expect_identical(read("U8", as.raw(c(0, 255))), c(0L, 255L))
  long <- function(low, high) writeBin(as.integer(rbind(low, high)), raw())
  expect_identical(read("I64", long(c(7L, -1L), c(0L, -1L))), c(7L, -1L))
  expect_identical(read("I64", long(c(0L, NA), c(1L, 0L))), c(2^32, 2^31))
  expect_error(read("I64", long(1L, 2L^30L)), "does not hold", class = "nnfit_unreadable")
})

test_that("what is wrong is said", {
  bad <- function(header, message, rest = raw()) {
    expect_error(read_safetensors(file_of(header, rest)), message, class = "nnfit_unreadable")
  }
  of <- function(...) paste0("{", paste(..., sep = ","), "}")
  zeros <- raw(16)
  bad("{", "no JSON")
  bad("[1]", "no list of names")
  bad(as.raw(c(0x7b, 0, 0x7d)), "no JSON")
  bad("{\"__metadata__\":{\"a\":1}}", "other than texts")
  bad("{\"a\":1}", "does not say what 'a' is")
  bad(of(entry(dtype = "\"F16\"")), "dtype that is not known", zeros)
  bad(of(entry(dtype = "null")), "dtype that is not known|does not say", zeros)
  for (shape in c("[-2]", "[true,2]", "[1.5]", "{\"a\":2}", "2", "[\"2\"]", "[1e300]")) {
    bad(of(entry(shape = shape)), "impossible shape|another shape", zeros)
  }
  bad(of(entry(shape = sprintf("[%s]", paste(rep(1, 33), collapse = ",")))), "impossible", zeros)
  bad(of(entry(shape = "[1000000000,1000000000]")), "another shape than its bytes", zeros)
  for (offsets in c("[16,0]", "[0,16,16]", "[-16,0]", "[]", "null", "[0,1e30]")) {
    bad(of(entry(offsets = offsets)), "impossible offsets|does not say|another shape", zeros)
  }
  bad(of(entry(offsets = "[8,24]")), "leaves bytes before it", raw(24))
  bad(of(entry(), entry("b")), "overlaps another array", zeros)
  bad(of(entry(), entry("b", offsets = "[8,24]")), "overlaps another array", raw(24))
  bad(of(entry(), entry()), "'a' twice", zeros)
  bad(of(entry()), "24 bytes of arrays where its header says 16", raw(24))
  bad(of(entry()), "8 bytes of arrays where its header says 16", raw(8))
  bad(of(entry(dtype = "\"BOOL\"", offsets = "[0,2]")), "neither 0 nor 1", as.raw(1:2))
})

test_that("a header has the length that it says, and the file is whole", {
  for (size in c(3, 2^31, 2^53)) {
    expect_error(
      read_safetensors(file_of("{}", length = size)), "cut short", class = "nnfit_unreadable"
    )
  }
  path <- withr::local_tempfile()
  write_safetensors(path, list(a = array(0, 100)), list(text = "x"))
  bytes <- readBin(path, "raw", 1e5)
  for (size in c(0, 7, 8, 50, length(bytes) - 1)) {
    writeBin(utils::head(bytes, size), path)
    expect_error(read_safetensors(path), class = "nnfit_unreadable")
  }
  expect_error(read_safetensors(tempdir()), "is no file", class = "nnfit_unreadable")
})

test_that("a file is written as a whole or not at all", {
  folder <- withr::local_tempdir()
  path <- file.path(folder, "a")
  write_safetensors(path, list(a = array(0, 3)), list())
  Sys.chmod(path, "640", use_umask = FALSE)
  before <- readBin(path, "raw", 1e5)
  expect_error(replace_file(path, function(con) {
    writeBin(as.raw(1:3), con)
    stop("the disk is full")
  }), "the disk is full")
  expect_identical(readBin(path, "raw", 1e5), before)
  expect_identical(list.files(folder, all.files = TRUE, no.. = TRUE), "a")
  write_safetensors(path, list(a = array(1, 3)), list())
  expect_false(identical(readBin(path, "raw", 1e5), before))
  skip_on_os("windows")
  expect_identical(format(file.mode(path)), "640")
})
