source("session.R", local = TRUE)
run <- session_of("library(reticulate); torch <- import('torch'); torch$ones(2L)")
