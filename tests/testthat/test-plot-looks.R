# How every picture looks, of numbers that are written in helper-pictures.R. vdiffr draws with
# letters of its own, so that an SVG is the same on every machine.

# Said before anything is skipped, so that testthat does not delete the files of what is not drawn.
expect_looks <- function(name, draw) {
  announce_snapshot_file(name = paste0(name, ".svg"))
  skip_on_cran()
  skip_if_not_installed("vdiffr")
  skip_if(grepl("^autoplot", name) && !is_drawn_alike(), "another ggplot2 draws otherwise")
  vdiffr::expect_doppelganger(name, draw)
}

# What ggplot2 draws of a picture is ggplot2's: other versions have other margins and legends.
is_drawn_alike <- function() {
  requireNamespace("ggplot2", quietly = TRUE) &&
    utils::packageVersion("ggplot2") >= "3.4" && utils::packageVersion("ggplot2") < "3.5"
}

for (kind in names(fixed_pictures())) local({
  kind <- kind
  picture <- fixed_pictures()[[kind]]
  test_that(paste("plot() of", kind, "looks as it did"), {
    expect_looks(paste0("plot-", kind), function() plot(picture))
  })
  test_that(paste("autoplot() of", kind, "looks as it did"), {
    expect_looks(paste0("autoplot-", kind), if (is_drawn_alike()) ggplot2::autoplot(picture))
  })
})
