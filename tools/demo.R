# Rscript tools/demo.R FOLDER: the two-layer network and the thermometer, printed; then the
# vignette as a page and the plots as pictures, in FOLDER.
library(nnfit)
folder <- commandArgs(TRUE)

heading <- function(text) cat("\n== ", text, "\n\n", sep = "")

picture <- function(name, draw) {
  file <- file.path(folder, paste0(name, ".png"))
  grDevices::png(file, width = 1400, height = 900, res = 180)
  graphics::par(mar = c(4.2, 4.2, 2.5, 1), las = 1)
  draw()
  grDevices::dev.off()
  file
}

heading("A two-layer network: 64 rows, 1000 inputs, 100 hidden units, 10 outputs")
invisible(torch$manual_seed(0))
x <- torch$randn(64L, 1000L)
y <- torch$randn(64L, 10L)
two_layer <- nn_fit(
  x, y,
  hidden_units = 100, activation = "relu", loss = "mse", reduction = "sum", optimizer = "sgd",
  learn_rate = 1e-4, epochs = 500, scale = FALSE, seed = NA
)
print(two_layer)
cat("\nThe first and the last rows of its loss table:\n")
print(head(loss_table(two_layer)))
print(tail(loss_table(two_layer)))

heading("Eleven thermometer readings: R's lm() and torch's descent, side by side")
print(lm_compare(c ~ u, thermometer))

heading("The page and the pictures")
look <- normalizePath("vignettes/nnfit.css") # from there it would be looked for in vain
page <- rmarkdown::render(
  "vignettes/two-layer-network.Rmd",
  output_dir = folder, intermediates_dir = tempfile("knit-"), quiet = TRUE,
  output_options = list(css = look)
)
thermometer_fit <- nn_fit(c ~ u, thermometer, seed = 1)
pictures <- c(
  picture("two-layer-loss", function() {
    plot(two_layer, log = "y", main = "Two-layer network: summed squared error", ylab = "")
  }),
  picture("thermometer", function() {
    plot(
      c ~ u, thermometer, pch = 19, bty = "l", main = "Thermometer: nn_fit(c ~ u)",
      xlab = "reading u", ylab = "temperature c (\u00b0C)"
    )
    abline(coef(thermometer_fit), col = "firebrick", lwd = 2)
  })
)
cat(normalizePath(c(page, pictures)), sep = "\n")
