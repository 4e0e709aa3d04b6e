# The tables that the core and R both read: one fact in one place.

# A table by the room of the core that it is in and its name, read once a session.
table_of_core <- function(room, name, ...) {
  if (is.null(cache$tables[[name]])) {
    file <- file.path(core_folder(), "nnfit", "core", room, paste0(name, ".csv"))
    cache$tables[[name]] <- utils::read.csv(file, stringsAsFactors = FALSE, na.strings = "", ...)
  }
  cache$tables[[name]]
}

cache <- new.env(parent = emptyenv())
