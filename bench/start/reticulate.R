source("session.R", local = TRUE)
run <- session_of("library(reticulate)")
