# What the pictures pass on: to base graphics, and to ggplot2.

# The settings of par(), which any plot takes for itself alone. A list of their
# names, because par() opens a device when it is asked.
par_names <- c(
  "adj", "ann", "bg", "bty", "cex", "cex.axis", "cex.lab", "cex.main", "cex.sub", "col",
  "col.axis", "col.lab", "col.main", "col.sub", "crt", "err", "family", "fg", "font", "font.axis",
  "font.lab", "font.main", "font.sub", "lab", "las", "lend", "lheight", "ljoin", "lmitre", "lty",
  "lwd", "mgp", "mkh", "pch", "smo", "srt", "tck", "tcl", "xaxp", "xaxs", "xaxt", "xpd", "yaxp",
  "yaxs", "yaxt"
)

# `fixed`: what the picture itself decides.
plot_arguments <- function(fixed = character()) {
  setdiff(
    c(names(formals(graphics::plot.default)), par_names), c("x", "y", "...", "type", fixed)
  )
}

# What a geom takes, such as "GeomPoint": its parameters, its aesthetics, and what
# all layers have.
geom_arguments <- function(name, fixed = character()) {
  geom <- getExportedValue("ggplot2", name)
  layer <- c("data", "show.legend", "inherit.aes", "na.rm", "position", "stat", "key_glyph")
  own <- c(geom$parameters(TRUE), geom$aesthetics(), layer, "color")
  setdiff(own, c("...", fixed))
}

# Of whichever picture.
all_geom_arguments <- function() {
  geoms <- c("GeomPoint", "GeomLine", "GeomRect", "GeomSegment")
  unique(unlist(lapply(geoms, geom_arguments)))
}
