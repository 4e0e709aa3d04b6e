test_that("symbols shrink and fade as their number grows, within what can be seen", {
  styles <- lapply(c(5, 200, 5000, 5e4, 1e7), point_style)
  sizes <- vapply(styles, `[[`, 1, "cex")
  alphas <- vapply(styles, `[[`, 1, "alpha")
  expect_false(is.unsorted(rev(sizes)))
  expect_false(is.unsorted(rev(alphas)))
  expect_gte(min(sizes), 0.35)
  expect_gte(min(alphas), 0.05)
  expect_identical(point_style(1200)$alpha, 0.5)
  expect_identical(point_style(3200)$cex, 0.5)
})

test_that("a device without transparency gets full colours", {
  withr::with_tempfile("file", {
    grDevices::postscript(file)
    withr::defer(grDevices::dev.off())
    expect_identical(fade("#08519c", 0.2), "#08519c")
  })
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  expect_identical(fade("#08519c", 0.2), "#08519C33")
})

test_that("the legend goes where there is nothing", {
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  x <- 1:100
  corner <- function(y, ...) {
    plot(x, y, ...)
    free_corner(x, y)
  }
  expect_identical(corner(101 - x), "topright")
  expect_identical(corner(x), "topleft")
  expect_identical(corner(10^(x / 10), log = "y"), "topleft")
})

test_that("long names are cut, short ones are not", {
  expect_identical(shorten(c("wt", strrep("a", 50)), 10), c("wt", "aaaaaaa..."))
  expect_identical(shorten(factor("wt")), "wt")
  expect_identical(shorten(c("wt", NA, "wt")), c("wt", NA, "wt"))
  expect_identical(shorten(character()), character())
})

test_that("names that differ still do where they are cut", {
  departments <- paste("Department of Agriculture,", c("north", "south", "west"))
  expect_identical(
    shorten(departments, 15), c("Depart... north", "Depart... south", "Depart..., west")
  )
  same_ends <- paste0(strrep("a", 30), c("1", "2", "1"), strrep("b", 30))
  expect_identical(shorten(same_ends, 15), paste0("aaaaaaaaaaa...", c(1, 2, 1)))
  late <- paste0(strrep("a", 30), c("1", "2"), strrep("b", 8))
  expect_identical(anyDuplicated(shorten(late, 15)), 0L)
  expect_true(all(nchar(shorten(c(departments, same_ends, late), 15)) <= 15))
  # By all classes, not those of a part.
  class <- factor(departments[1], departments)
  expect_identical(class_names(class), shorten(departments, 15)[1])
})

test_that("panels are one page, titled, and leave the settings as they were", {
  table <- data.frame(x = 1:6, panel = factor(rep(c("a", "b", "c"), 2)))
  titles <- list()
  draw <- function(panel, ..., main) {
    titles <<- c(titles, main)
    graphics::plot(panel$x, main = main)
  }
  expect_par_kept(draw_panels(table, table$panel, draw, main = "All"))
  expect_identical(unlist(titles), c("a", "b", "c"))
  own <- function(panel, main) expect_identical(main, "Mine")
  draw_panels(table[1, ], table$panel[1], own, main = "Mine")
})

test_that("points, legends and panels are as they were", {
  part <- factor(rep(c("training", "validation"), 3))
  line <- function() {
    graphics::plot(1:6)
    label_parts(part, 1:6, 1:6, line = TRUE)
  }
  panels <- function(number, main = NULL) {
    table <- data.frame(panel = c(strrep("long ", 6), letters)[seq_len(number)])
    draw_panels(table, table$panel, function(panel, ...) draw_frame(1, 1, ...), main = main)
  }
  expect_pictures(
    "plot-style", draw_points(1:6, c(2, 3, 1, 6, 4, 5), part), draw_points(1:2, 1:2, part[c(1, 3)]),
    line(), panels(1, main = "One"), panels(2), panels(5, main = "Five")
  )
  skip_if_no_ggplot_text()
  table <- data.frame(x = 1:6, y = c(2, 3, 1, 6, 4, 5), part = part, panel = rep(1:3, 2))
  picture <- ggplot2::ggplot(table, ggplot2::aes(.data$x, .data$y))
  expect_pictures(
    "autoplot-style", picture + gg_points(table), picture + gg_points(table, size = 4, panels = 2),
    picture + gg_points(table[c(1, 3, 5), ]), picture + gg_panels(table$panel, scales = "free"),
    picture + gg_panels(1)
  )
})

test_that("the legend has the colours and symbols that the user asks for, or there is none", {
  part <- factor(c("training", "training", "validation", "training"), names(part_styles))
  legend <- function(...) {
    calls <- recorded(draw_points(1:4, 1:4, part, ...))
    marks <- calls[names(calls) == "C_plotXY"]
    if (!"validation" %in% texts(draw_points(1:4, 1:4, part, ...))) return(NULL)
    list(pch = as.double(marks[[2]][[3]]), col = marks[[2]][[5]])
  }
  own <- list(pch = style_of(names(part_styles), "pch"), col = style_of(names(part_styles), "col"))
  expect_identical(legend(), own)
  expect_identical(legend(col = "red")$col, c("red", "red"))
  expect_identical(legend(col = "red")$pch, own$pch)
  expect_identical(legend(pch = 4), list(pch = c(4, 4), col = own$col))
  expect_identical(legend(col = c("red", "red", "blue", "red"))$col, c("red", "blue"))
  expect_null(legend(col = "red", pch = 4))
  # A colour of something else.
  expect_null(legend(col = 1:4))
})

test_that("symbols and colours are as large and faint as their number says", {
  expect_equal(point_style(200 * 3^4), list(cex = 0.35, alpha = sqrt(300 / 16200)))
  expect_equal(point_style(500)[["cex"]], 0.4^0.25)
  expect_equal(point_style(5), list(cex = 1.4, alpha = 0.85))
  expect_equal(point_style(1e9), list(cex = 0.35, alpha = 0.08))
})

test_that("there is a guide where there are two parts, and none for one", {
  skip_if_not_installed("ggplot2")
  guides <- function(part) lapply(gg_parts(part, c("colour", "shape")), `[[`, "guide")
  expect_identical(unname(guides(c("training", "training"))), list("none", "none"))
  both <- guides(c("training", "validation"))
  expect_true(inherits(both[[1]], c("guide", "GuideLegend"))) # the second one since ggplot2 3.5
  expect_identical(both[[2]], "legend")
})
