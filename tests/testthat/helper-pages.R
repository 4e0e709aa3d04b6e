articles <- function(root) list.files(file.path(root, "vignettes"), "[.]Rmd$", full.names = TRUE)

page_names <- function(root) sub("[.]Rmd$", "", basename(articles(root)))

all_matches <- function(pattern, text) {
  unlist(regmatches(text, gregexpr(pattern, text, perl = TRUE)))
}

# What a page would load from elsewhere by itself; a link that a reader may follow is none of that.
asked_of_network <- function(html) {
  patterns <- c(
    "<(?:script|img|iframe|video|audio|source)[^>]*\\ssrc=[\"']?(?:https?:)?//[^\"'>]*",
    "<link[^>]*\\shref=[\"']?(?:https?:)?//[^\"'>]*",
    "\\.src\\s*=\\s*[\"'](?:https?:)?//[^\"']*",
    "@import\\s[^;]*//[^;]*", "url\\([\"']?(?:https?:)?//[^)]*"
  )
  as.character(unlist(lapply(patterns, all_matches, paste(html, collapse = "\n"))))
}

# The pictures of a page that have no alternative text.
without_words <- function(html) {
  images <- as.character(all_matches("<img[^>]*>", paste(html, collapse = "\n")))
  sub("base64,[^\"]*", "", images[!grepl("\\salt=\"[^\"]+\"", images)])
}

# The headers of chunks that draw and give no such text, as a reader of the source sees it.
pictures_without_words <- function(file) {
  draw <- "plot|autoplot|matplot|barplot|hist|curve|contour|image|boxplot|pairs"
  draw <- sprintf("(^|[^[:alnum:]_.])(%s)[(]", draw)
  lines <- readLines(file, encoding = "UTF-8")
  starts <- grep("^```[{]r", lines)
  ends <- vapply(starts, function(i) i + match(TRUE, grepl("^```\\s*$", lines[-seq_len(i)])), 0)
  drawn <- mapply(function(i, j) any(grepl(draw, sub("#.*", "", lines[i:j]))), starts + 1, ends)
  head <- lines[starts]
  head[drawn & !grepl("fig[.]alt|eval = FALSE|include = FALSE", head)]
}

# WCAG 2.2's contrast of two colours: (lighter + 0.05) / (darker + 0.05), of relative luminances.
contrast <- function(one, other) {
  luminance <- function(colour) {
    s <- grDevices::col2rgb(colour)[, 1] / 255
    linear <- ifelse(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055)^2.4)
    sum(c(0.2126, 0.7152, 0.0722) * linear)
  }
  both <- sort(c(luminance(one), luminance(other))) + 0.05
  both[[2]] / both[[1]]
}
