skip_if_not_installed("htmltools")

test_that("a picture is in the page itself, at twice its size, with words", {
  made <- as.character(report_picture(function() plot(1), "A\n  \"point\""))
  expect_match(made, "alt=\"A &quot;point&quot;\"", fixed = TRUE)
  expect_match(made, "width=\"480\" height=\"340\"", fixed = TRUE)
  code <- sub(".*base64,([^\"]*)\".*", "\\1", made)
  bytes <- jsonlite::base64_dec(code)
  expect_identical(bytes[1:4], as.raw(c(0x89, 0x50, 0x4e, 0x47)))
  expect_identical(as.integer(bytes[c(19, 20)]), c(3L, 192L)) # 960 pixels wide
})

test_that("a drawing that fails is said, and leaves no device", {
  devices <- grDevices::dev.list()
  made <- as.character(report_picture(function() stop("no ink"), "Nothing"))
  expect_match(made, "This part failed: no ink", fixed = TRUE)
  expect_identical(grDevices::dev.list(), devices)
})

test_that("many panels have more room", {
  expect_identical(panels_of(1), "one")
  expect_identical(panels_of(2), "wide")
  expect_identical(panels_of(12), "many")
})
