source("without.R", local = TRUE)
folder <- tempfile()
