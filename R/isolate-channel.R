# What a process of its own tells while it trains, and what it is answered: how far it is, and the
# state that the user's `callback` is given. It tells by callr's messages; answers go by a FIFO.

# Of who has no `callback` there is nothing to answer.
open_channel <- function(args) {
  if (is.null(args$callback)) return(NULL)
  connection <- keep_random(processx::conn_create_fifo(write = TRUE))
  list(connection = connection, file = processx::conn_file_name(connection))
}

close_channel <- function(channel) {
  if (is.null(channel)) return(invisible())
  close(channel$connection)
  unlink(channel$file)
}

# What this session does with a message, by its kind.
hearing <- function(args, channel, begin) {
  callback <- if (is.list(args$callback)) args$callback[[1]] else args$callback
  function(message) {
    if (message$kind == "begun") return(begin())
    if (message$kind == "progress") return(do.call(args$progress, message$told))
    going_on <- allowInterrupts(callback(message$told))
    processx::conn_write(channel$connection, paste0(going_on, "\n"))
  }
}

# -- there --

tell <- function(kind, told) {
  signalCondition(structure(
    list(message = "", kind = kind, told = told), class = c("callr_message", "condition")
  ))
}

# As progress_callback(): an interrupt must not leave Python's loop behind.
progress_there <- function() {
  function(...) {
    tryCatch({
      suspendInterrupts(tell("progress", list(...)))
      Sys.sleep(0) # where R looks for an interrupt that has come by now
      TRUE
    }, interrupt = function(condition) FALSE)
  }
}

connect <- function(asks) {
  if (asks$callback) processx::conn_connect_fifo(asks$answers, read = TRUE)
}

# As watching_callback(), whose answer it passes on.
callback_there <- function(asks, connection) {
  watch <- function(state) {
    tryCatch({
      answer <- suspendInterrupts({
        tell("callback", state)
        await_answer(connection)
      })
      Sys.sleep(0)
      if (answer == "interrupt") answer else answer == "TRUE"
    }, interrupt = function(condition) "interrupt")
  }
  if (is.null(asks$every)) watch else list(watch, asks$every)
}

# There is none any more where the session has ended that would give it.
await_answer <- function(connection) {
  repeat {
    processx::poll(list(connection), -1)
    answer <- processx::conn_read_lines(connection, 1)
    if (length(answer)) return(answer)
    if (!processx::conn_is_incomplete(connection)) quit("no", 1, FALSE)
  }
}
