# The calls that a plot makes to base graphics, as recorded on the display list:
# a list of argument lists, named by the routine ("C_plotXY", "C_text", ...).
recorded <- function(code) {
  grDevices::pdf(NULL)
  grDevices::dev.control("enable")
  withr::defer(grDevices::dev.off())
  recorded_here(code)
}

# The same on the device that is open.
recorded_here <- function(code) {
  force(code)
  calls <- lapply(grDevices::recordPlot()[[1]], `[[`, 2)
  names <- vapply(calls, function(call) call[[1]]$name, "")
  stats::setNames(lapply(calls, `[`, -1), names)
}

drawn <- function(code) names(recorded(code))

# All strings written by text(): labels of units, tiles, legends.
texts <- function(code) {
  calls <- recorded(code)
  unlist(lapply(calls[names(calls) == "C_text"], `[[`, 2))
}

# All that a picture is made of, as text: a line for each call, one for each argument. What was
# left to base graphics (NULL, NA) has no line, nor has what only asks how wide a text is.
picture_text <- function(code) {
  made <- NULL
  pages <- list()
  setHook("plot.new", function() pages <<- c(pages, list(graphics::par(page_settings))))
  withr::defer(setHook("plot.new", NULL, "replace"))
  calls <- recorded(made <- code)
  if (inherits(made, "ggplot")) return(ggplot_text(made))
  calls <- calls[!names(calls) %in% c("palette2", "C_strWidth", "C_strHeight")]
  # What was set before the first page is not on the display list.
  calls[names(calls) == "C_plot_new"] <- lapply(pages, other_than_usual)
  lines <- Map(function(name, args) {
    c(sub("^C_", "", name), argument_lines(args))
  }, names(calls), calls)
  unlist(lines, use.names = FALSE)
}

page_settings <- c("mfrow", "mar", "mgp", "oma", "cex", "cex.main", "pty")

other_than_usual <- function(settings) {
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  settings[!mapply(identical, settings, graphics::par(names(settings)))]
}

argument_lines <- function(args, indent = "  ") {
  names <- rlang::names2(args)
  names[names == ""] <- seq_along(args)[names == ""]
  said <- Map(function(name, value) {
    # The labels that xy.coords() makes of the code are not drawn.
    if (is.list(value)) {
      value <- value[!names(value) %in% c("xlab", "ylab")]
      return(argument_lines(value, paste0(indent, name, " ")))
    }
    if (!length(value) || all(is.na(value))) return(character())
    paste0(indent, name, ": ", value_text(value))
  }, names, args)
  unlist(said, use.names = FALSE)
}

# Three digits, of a number that is a little larger than it was, for none to be just between two.
value_text <- function(value) {
  if (is.language(value)) return(deparse1(value))
  if (is.factor(value)) value <- as.character(value)
  text <- if (is.numeric(value)) {
    value[abs(value) < 1e-9] <- 0
    sprintf("%.3g", value * (1 + 1e-9))
  } else {
    encodeString(as.character(value), quote = if (is.character(value)) "\"" else "")
  }
  if (length(text) > 1 && length(unique(text)) == 1) text <- c(text[1], "each of", length(text))
  paste(text, collapse = " ")
}

# The same of a ggplot: its layers as drawn, its scales, facets, limits and titles.
ggplot_text <- function(plot) {
  built <- ggplot2::ggplot_build(plot)
  layers <- Map(function(layer, data) {
    columns <- setdiff(names(data), c("PANEL", "group", "flipped_aes", "x_plotted", "y_plotted"))
    c(class(layer$geom)[1], argument_lines(as.list(data)[sort(columns, method = "radix")]))
  }, plot$layers, built$data)
  facet <- plot$facet$params
  theme <- plot$theme
  # ggplot2 3.5 has an object for them.
  guides <- if (is.environment(plot$guides)) plot$guides$guides else plot$guides
  c(
    unlist(layers, use.names = FALSE), unlist(lapply(plot$scales$scales, scale_text)),
    class(plot$facet)[1],
    argument_lines(c(list(by = names(facet$facets)), lapply(facet$free, isTRUE))),
    class(plot$coordinates)[1],
    argument_lines(list(
      limits = plot$coordinates$limits$y, ratio = plot$coordinates$ratio,
      clip = plot$coordinates$clip, x = plot$labels$x, y = plot$labels$y,
      legend = theme$legend.position, size = theme$axis.text$size, colour = theme$axis.text$colour,
      guides = as.list(guides)
    ))
  )
}

scale_text <- function(scale) {
  guide <- scale$guide
  second <- scale$secondary.axis
  parts <- list(
    name = scale$name, breaks = scale$breaks, labels = scale$labels, expand = scale$expand,
    # ggplot2 3.5 has it in `params`.
    guide = if (is.character(guide)) guide else guide$override.aes %||% guide$params$override.aes
  )
  if (inherits(second, "AxisSecondary")) {
    parts$second <- list(breaks = second$breaks, labels = second$labels)
  }
  parts <- Filter(function(part) is.atomic(part) || class(part)[1] == "list", parts)
  c(paste("scale", scale$aesthetics[1]), argument_lines(parts))
}

# What these texts look at has other places in ggplot2 4.
skip_if_no_ggplot_text <- function() {
  skip_if_not_installed("ggplot2")
  skip_if(utils::packageVersion("ggplot2") >= "3.9", "ggplot2 4 keeps its parts elsewhere")
}

# Settings that a plot of its own changes by being drawn at all.
expect_par_kept <- function(code) {
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  graphics::par(mar = c(4, 5, 2, 1), mgp = c(2.5, 1, 0), las = 2)
  settings <- c("mar", "mgp", "las", "mfrow", "oma", "cex", "cex.main", "pty", "xpd", "bty", "lwd")
  before <- graphics::par(settings)
  force(code)
  expect_identical(graphics::par(settings), before)
}

# The data of a ggplot's layer, as drawn.
layer_of <- function(plot, geom) {
  geoms <- vapply(plot$layers, function(layer) class(layer$geom)[1], "")
  ggplot2::ggplot_build(plot)$data[[match(geom, geoms)]]
}

# Rendered in full, without a warning.
expect_rendered <- function(plot) {
  grDevices::pdf(NULL)
  withr::defer(grDevices::dev.off())
  expect_silent(ggplot2::ggplotGrob(plot))
}

grey_of <- function(colour) drop(c(0.299, 0.587, 0.114) %*% grDevices::col2rgb(colour))

# All words beside a picture: its titles and the labels of its axes.
words_of <- function(code) {
  calls <- recorded(code)
  unlist(lapply(calls[names(calls) %in% c("C_mtext", "C_title")], `[[`, 1), use.names = FALSE)
}

# A fit of eight rows and three classes that predicts what is written here.
few_classes <- function(held_out = c(1L, 4L)) {
  few <- data.frame(x = 1:8, class = rep(c("a", "b", "a name that is long"), c(3, 3, 2)))
  fit <- nn_fit(class ~ x, few, hidden_units = 1, epochs = 1)
  fit$fitted[] <- c(
    0.7, 0.5, 0.2, 0.3, 0.1, 0.1, 0.2, 0.1, 0.1, 0.2, 0.3, 0.3, 0.2, 0.1, 0.3, 0.2,
    0.2, 0.3, 0.5, 0.4, 0.7, 0.8, 0.5, 0.7
  )
  with_parts(fit, validation_rows = held_out)
}

# A fit of three classes, and one of two with rows held out.
species_fit <- function() {
  nn_fit(Species ~ Sepal.Length + Sepal.Width, iris, hidden_units = 4, epochs = 50, seed = 1)
}

gear_fit <- function() {
  nn_fit(factor(am, labels = c("auto", "manual")) ~ wt, mtcars, validation = 0.2, seed = 1)
}
