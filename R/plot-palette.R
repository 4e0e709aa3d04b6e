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

# Told apart by readers who see no red or green: Okabe and Ito (2008), "Color universal design".
apart_colours <- c(
  "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8B6914"
)

# So many, of which neighbours can be told apart at least.
distinct_colours <- function(number) {
  if (number <= length(apart_colours)) return(apart_colours[seq_len(number)])
  grDevices::hcl.colors(number, "viridis")
}

# Black or white, whichever is read on a colour.
text_on <- function(colour) {
  grey <- drop(c(0.299, 0.587, 0.114) %*% grDevices::col2rgb(colour))
  ifelse(grey > 140, "black", "white")
}

# What a diagnosis has found; discs, and a diamond where a fit is of no use.
verdict_styles <- list(
  ok = list(col = colours$dark, pch = 21), look = list(col = colours$light, pch = 22),
  useless = list(col = "#a50f15", pch = 23)
)

# Candidates of a search: those that halving gave up, those beyond the picture, and the chosen.
candidate_styles <- list(
  "given up" = list(col = colours$reference, pch = 1, size = 0.8),
  candidate = list(col = colours$dark, pch = 1, size = 1),
  "given up beyond" = list(col = colours$reference, pch = 2, size = 0.8),
  "candidate beyond" = list(col = colours$dark, pch = 2, size = 1),
  chosen = list(col = colours$light, pch = 19, size = 1.6)
)
