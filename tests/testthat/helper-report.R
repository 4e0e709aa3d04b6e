# The page of a fit, as text.
page_of <- function(fit, ...) {
  file <- withr::local_tempfile(fileext = ".html", .local_envir = parent.frame())
  # From where the test stands, whose data the fit is of.
  do.call(nn_report, list(fit, file, ..., open = FALSE), envir = parent.frame())
  paste(readLines(file, encoding = "UTF-8"), collapse = "\n")
}

# What a reader reads in a part of the page, or in all of it; "": there is no such part.
part_text <- function(page, id = NULL) {
  if (!is.null(id)) {
    found <- regmatches(page, regexpr(paste0("(?s)<section id=\"", id, "\".*?</section>"), page,
      perl = TRUE))
    page <- c(found, "")[1]
  }
  page <- gsub("</?code>", "", page)
  text <- gsub("(?s)<style>.*?</style>|<[^>]*>", " ", page, perl = TRUE)
  text <- gsub("&lt;", "<", gsub("&gt;", ">", gsub("&quot;", "\"", text)))
  trimws(gsub("\\s+", " ", gsub("&amp;", "&", text)))
}

parts_of_page <- function(page) {
  sub("<section id=\"", "", sub("\" .*", "", regmatches(
    page, gregexpr("<section id=\"[a-z]+\" ", page)
  )[[1]]))
}

# The reasons that parts give for not being there.
reasons_of <- function(page) {
  found <- regmatches(page, gregexpr("(?s)<p class=\"reason\">.*?</p>", page, perl = TRUE))[[1]]
  vapply(found, part_text, "", USE.NAMES = FALSE)
}

# What nn_report() hands to each part.
about_fit_of <- function(fit, data = NULL) {
  about <- list(
    fit = fit, module = NULL, call = rlang::current_env(), user = rlang::caller_env(),
    kept = new.env()
  )
  about$seen <- report_rows(about, data)
  about
}

made_text <- function(made) part_text(as.character(htmltools::tagList(made)))
