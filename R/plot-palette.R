# The colours and symbols of all pictures. Dark and light survive a grey printer;
# line types and symbols tell the two apart besides.

colours <- list(dark = "#08519c", light = "#e6550d", pale = "#fdd0a2", reference = "grey55")

# Rows that were trained on, and rows that were held out.
part_styles <- list(
  training = list(col = colours$dark, lty = 1, pch = 16),
  validation = list(col = colours$light, lty = 2, pch = 2)
)

# Weights by their sign.
sign_styles <- list(
  positive = list(col = colours$dark, lty = 1),
  negative = list(col = colours$light, lty = 2)
)

# Tiles of a mosaic: wrong, right.
tile_styles <- list(fill = c(colours$pale, colours$dark), text = c("black", "white"))

# What a diagnosis has found; discs, and a diamond where a fit is of no use.
verdict_styles <- list(
  ok = list(col = colours$dark, pch = 21), look = list(col = colours$light, pch = 22),
  useless = list(col = "#a50f15", pch = 23)
)
