# A process that ended while it trained, in words.

signals <- c(
  "1" = "SIGHUP", "2" = "SIGINT", "4" = "SIGILL", "6" = "SIGABRT", "7" = "SIGBUS", "8" = "SIGFPE",
  "9" = "SIGKILL", "11" = "SIGSEGV", "15" = "SIGTERM", "24" = "SIGXCPU"
)

# What each most often means.
reasons <- c(
  SIGKILL = "Most often that is the system, where no memory is left.",
  SIGSEGV = "That is a fault in compiled code: in torch, or in what it uses.",
  SIGBUS = "That is a fault in compiled code, or a file or shared memory that is full.",
  SIGABRT = "That is compiled code that gave up; often it says why.",
  SIGFPE = "That is a fault in compiled code: in torch, or in what it uses.",
  SIGILL = "This processor does not know an instruction that torch was built with.",
  SIGXCPU = "That is a limit on computing time.",
  SIGTERM = "Somebody, or the system, has asked it to end."
)

# callr's note that there will be no answer -> the status (minus the signal) and what it wrote.
ended <- function(worker, note) {
  session <- worker$session
  session$wait(2000)
  list(
    status = session$get_exit_status() %||% NA_integer_,
    stderr = paste(c(note$stderr, all_errors(session)), collapse = "\n")
  )
}

# What was written before callr took it to a file.
all_errors <- function(session) {
  tryCatch(session$read_all_error(), error = function(error) NULL)
}

stop_ended <- function(ended, args, call) {
  data <- size_of_data(args)
  lines <- last_lines(ended$stderr)
  path <- args$checkpoint$path
  abort_nnfit("isolate", c(
    "The R process that trained has ended: this session stands, and there is no fit.",
    "x" = "{how_ended(ended$status)}",
    "x" = if (!is.null(data)) "{data}",
    "i" = if (length(lines)) "The last that it wrote: {lines}",
    "i" = if (has_checkpoint(path)) {
      "Its checkpoint is in {.path {path}}: the same call goes on from there."
    } else if (!is.null(path)) {
      "Nothing was written to its checkpoint yet."
    } else {
      "With {.code checkpoint = \"folder\"} the same call goes on from where it was."
    }
  ), call, status = ended$status)
}

how_ended <- function(status) {
  if (is.na(status)) return("How it ended is not known.")
  if (status >= 0) return(paste0("It ended with the status ", status, "."))
  name <- signals[as.character(-status)]
  paste0(
    "It was ended by signal ", -status, if (!is.na(name)) paste0(" (", name, ")"), ".",
    if (name %in% names(reasons)) paste0(" ", reasons[[name]])
  )
}

size_of_data <- function(args) {
  rows <- dim(args[["x"]])
  if (length(rows) < 2) return(NULL)
  bytes <- structure(8 * prod(rows), class = "object_size")
  size <- format(bytes, units = "auto", standard = "SI")
  columns <- counted(prod(rows[-1]), "column")
  paste0("Its data: ", counted(rows[1], "row"), " of ", columns, ", ", size, ".")
}

# The lines that name a fault, then the last ones. Not the calls that R itself lists after a
# fault, which are nnfit's and callr's.
last_lines <- function(text, most = 6, width = 200) {
  lines <- strsplit(cli::ansi_strip(paste(text, collapse = "\n")), "\n", fixed = TRUE)[[1]]
  fault <- grep("^ \\*\\*\\* caught ", lines)
  calls <- which(lines == "Traceback:")
  calls <- calls[calls > c(fault, Inf)[1]]
  if (length(calls)) lines <- lines[seq_len(calls[1] - 1)]
  lines <- lines[nzchar(trimws(lines))]
  # Python lists its calls and modules after its own: they would push the name out
  named <- grep("^ \\*\\*\\* caught |^Fatal Python error", lines)
  last <- utils::tail(setdiff(seq_along(lines), named), max(most - length(named), 0))
  lines <- substr(lines[sort(c(named, last))], 1, width)
  # a line each, as cli has it
  if (length(lines)) paste0("\f", paste(lines, collapse = "\f"))
}
