skip_if_no_torch()

species <- species_fit()
gear <- gear_fit()

test_that("the mosaic counts every row once, by observed and predicted class", {
  tiles <- confusion_picture(species, NULL)
  counts <- table(iris$Species, predict(species, type = "class"))
  expect_identical(sum(tiles$n), 150L)
  for (row in seq_len(nrow(tiles))) {
    expect_identical(tiles$n[row], counts[[tiles$observed[row], tiles$predicted[row]]])
  }
  expect_identical(tiles$right, as.character(tiles$observed) == as.character(tiles$predicted))
})

test_that("rows trained on and rows held out have a mosaic each", {
  tiles <- confusion_picture(gear, NULL)
  held_out <- gear$validation_rows
  expect_identical(levels(tiles$part), c("training", "validation"))
  number <- length(held_out)
  expect_identical(as.vector(tapply(tiles$n, tiles$part, sum)), c(32L - number, number))
  class <- as.character(predict(gear, type = "class"))
  of <- tiles$part == "validation" & tiles$observed == "manual" & tiles$predicted == "manual"
  expect_identical(
    sum(tiles$n[of]), sum(mtcars$am[held_out] == 1 & class[held_out] == "manual")
  )
})

test_that("a tile's area is its share of the rows; right ones stand at the bottom", {
  tiles <- confusion_picture(gear, NULL)
  for (part in split(tiles, tiles$part)) {
    area <- (part$xmax - part$xmin) * (part$ymax - part$ymin)
    expect_equal(area, part$n / sum(part$n))
    expect_true(all(part$ymin[part$right] == 0))
    tops <- tapply(part$ymax, part$observed, max)
    expect_equal(as.vector(tops), c(1, 1))
    expect_gt(min(part$xmin[part$observed == "manual"]), max(part$xmax[part$observed == "auto"]))
  }
})

test_that("a class that no row has is left out", {
  data <- transform(iris, Species = factor(Species, c("none", levels(Species))))
  fit <- nn_fit(Species ~ Petal.Length, data, hidden_units = 4, epochs = 100, seed = 1)
  expect_setequal(class_axis(confusion_picture(fit, NULL))$labels, levels(iris$Species))
  expect_silent(drawn(plot(fit, "observed")))
})

test_that("a thin slice has its number beside it, in a gap that is wide enough", {
  counts <- data.frame(
    observed = factor(c("a", "a", "a", "b")), predicted = c("a", "b", "c", "b"),
    n = c(97L, 2L, 1L, 50L)
  )
  tiles <- cbind(counts, mosaic_tiles(counts))
  expect_identical(tiles$gap[4], 0.075)
  expect_identical(tiles$gap[1], 0.08)
  labels <- tile_labels(tiles, 0.02, 0.06)
  expect_identical(labels$label, c("a: 97", "2", "1", "b: 50"))
  expect_identical(labels$beside, c(FALSE, TRUE, TRUE, FALSE))
  expect_true(all(labels$x[2:3] > tiles$xmax[1] & labels$x[2:3] < tiles$xmin[4]))
  expect_gte(diff(labels$y[2:3]), 0.06)
  expect_lte(max(labels$y), 1)
  expect_equal(labels$middle[2:3], c(0.98, 0.995))
  # On two lines, or the number alone, where the column is narrow.
  expect_identical(tile_labels(tiles, 0.2, 0.06)$label[c(1, 4)], c("a\n97", "50"))
})

test_that("the number of a column that is too narrow stands beside it too", {
  counts <- data.frame(observed = factor(c("a", "b")), predicted = factor(c("a", "a"), c("a", "b")))
  counts$n <- c(990L, 10L)
  tiles <- cbind(counts, mosaic_tiles(counts))
  expect_equal(tiles$gap, c(0.075, 0.05 + 2 * digit_width))
  labels <- tile_labels(tiles, 0.02, 0.06)
  expect_identical(labels$beside, c(FALSE, TRUE))
  expect_gt(labels$x[2], tiles$xmax[2])
  expect_equal(labels$y[2], 0.5)
  tiles$panel <- factor("training")
  expect_identical(numbers_of_tiles(tiles, class_fills(tiles))$beside, c(FALSE, TRUE))
})

test_that("tiles that are right are framed; of a class that is never predicted none is", {
  picture <- fixed_confusion()
  picture <- picture[!(picture$observed == "virginica" & picture$right), ]
  picture <- picture[picture$part == "training", ]
  frames <- Filter(function(call) identical(call[[6]], "black"), {
    calls <- recorded(plot(picture))
    calls[names(calls) == "C_rect"]
  })
  expect_length(frames, 1)
  expect_equal(frames[[1]][[1]], picture$xmin[picture$right])
  expect_length(frames[[1]][[1]], 2)
  skip_if_not_installed("ggplot2")
  layers <- ggplot2::ggplot_build(ggplot2::autoplot(picture))$data
  expect_equal(layers[[2]]$xmin, picture$xmin[picture$right])
  expect_true(all(layers[[2]]$colour == "black"))
})

test_that("a class with an empty name has a colour, and quotes for its name", {
  picture <- fixed_confusion(c("", "b", "c"))
  calls <- recorded(plot(picture))
  tiles <- calls[names(calls) == "C_rect" & vapply(calls, function(x) "white" %in% unlist(x), NA)]
  expect_false(anyNA(unlist(lapply(tiles, `[[`, 5))))
  expect_true('""' %in% texts(plot(picture)))
  axes <- unlist(lapply(calls[names(calls) == "C_axis"], `[[`, 3))
  expect_true('""' %in% axes)
  skip_if_not_installed("ggplot2")
  made <- ggplot2::autoplot(picture)
  expect_identical(
    layer_of(made, "GeomRect")$fill, unname(class_fills(picture))[as.integer(picture$predicted)]
  )
  expect_identical(made$scales$get_scales("fill")$labels, c('""', "b", "c"))
})

test_that("the legend stays on a small page", {
  for (classes in list(c("a", "b", "c"), c("setosa", "versicolor", "virginica"), letters[1:9])) {
    grDevices::pdf(NULL, 3.5, 3)
    grDevices::dev.control("enable")
    fills <- stats::setNames(distinct_colours(length(classes)), classes)
    calls <- recorded_here({
      graphics::plot.new()
      draw_key(fills, mosaic_key(classes, 3.5), graphics::grconvertX(0.5, "ndc", "user"), 0.5)
    })
    call <- calls[names(calls) == "C_text"][[1]]
    expect_true(all(classes %in% call[[2]]))
    left <- graphics::grconvertX(call[[1]]$x, "user", "inches")
    wide <- graphics::strwidth(call[[2]], "inches", cex = call[[7]])
    expect_gt(min(left), 0)
    expect_lt(max(left + wide), 3.5)
    # Nor does a name run into the square of the next.
    if (length(classes) == 3) expect_true(all(diff(left) > wide[-length(wide)]))
    grDevices::dev.off()
  }
})

test_that("numbers beside a column are apart, and on the page", {
  expect_equal(spread_out(c(0.2, 0.5), 0.1), c(0.2, 0.5))
  expect_equal(spread_out(c(0.2, 0.22), 0.1), c(0.2, 0.3))
  expect_equal(diff(spread_out(c(0.97, 0.98, 0.99), 0.06)), c(0.06, 0.06))
  expect_lt(max(spread_out(c(0.97, 0.98, 0.99), 0.06)), 1)
})

test_that("the legend names every class in the colour of its tiles", {
  calls <- recorded(plot(species, "observed"))
  fills <- class_fills(confusion_picture(species, NULL))
  expect_identical(names(fills), levels(iris$Species))
  expect_true(all(c("predicted as", names(fills)) %in% texts(plot(species, "observed"))))
  rect <- calls[names(calls) == "C_rect"]
  expect_true(all(fills %in% unlist(lapply(rect, `[[`, 5))))
  skip_if_not_installed("ggplot2")
  tiles <- confusion_picture(species, NULL)
  layer <- layer_of(ggplot2::autoplot(species, "observed"), "GeomRect")
  expect_identical(layer$fill, unname(fills[as.character(tiles$predicted)]))
})

test_that("the legend of many classes takes lines of its own", {
  few <- mosaic_key(c("a", "b"), 5)
  expect_true(few$title)
  many <- mosaic_key(paste("class", 1:30), 5)
  expect_false(many$title)
  expect_gt(many$lines, few$lines)
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  graphics::plot.new()
  expect_identical(key_top(NULL, "title"), 1)
  expect_identical(key_top(few, "title"), 1)
  expect_gt(key_top(many, "title"), 1)
  expect_lte(key_top(list(lines = 99), "title"), 2)
})

test_that("what would make a mosaic false is refused", {
  expect_refused(
    plot(gear, "observed", log = "x"), "argument", "log is not an argument of plot()", from = "plot"
  )
  skip_if_not_installed("ggplot2")
  expect_refused(
    ggplot2::autoplot(gear, "observed", fill = "red"), "argument", "fill is not an argument",
    from = "autoplot"
  )
})

test_that("what the user asks for is drawn: another title, none, other axes", {
  expect_true("Mine" %in% words_of(plot(gear, "observed", main = "Mine")))
  expect_false(picture_titles[["nn_confusion"]] %in% words_of(plot(gear, "observed", main = NULL)))
  said <- words_of(plot(species, "observed", xlab = "here", ylab = "there"))
  expect_true(all(c("here", "there") %in% said))
  expect_par_kept(plot(gear, "observed"))
  expect_par_kept(plot(species, "observed"))
})

test_that("every part of the pictures is as it was", {
  expect_pictures(
    "plot-confusion", plot(few_classes(), "observed", main = "Classes"),
    plot(few_classes(held_out = NULL), "observed")
  )
  skip_if_no_ggplot_text()
  expect_pictures("autoplot-confusion", ggplot2::autoplot(few_classes(), "observed"))
})
