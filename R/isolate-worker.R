# The processes that train for this session: started, kept for the next call, ended.

# `idle`: the one that waits for the next call. A call that comes while one is at work (from a
# `callback`) finds none there, and has its own. `inherited`: of the session that this process was
# forked from, which alone may use them; let go, they would be ended from here.
workers <- new.env(parent = emptyenv())

# NULL: the user interrupted while it was waited for.
take_worker <- function(call) {
  worker <- workers$idle
  workers$idle <- NULL
  if (!is.null(worker) && worker$owner != Sys.getpid()) {
    workers$inherited <- c(workers$inherited, list(worker))
    worker <- NULL
  }
  if (is.null(worker)) return(start_worker(call))
  # It may be tidying.
  interrupted <- worker$session$get_state() == "busy" &&
    is.null(attend(worker, function(message) TRUE, started = FALSE))
  if (!interrupted && is_idle(worker)) return(worker)
  end_worker(worker)
  if (!interrupted) start_worker(call)
}

# `bytes`: of the data, of which a process that waits keeps nothing. What is little is left to
# the next call.
give_back_worker <- function(worker, bytes = 0) {
  if (!is_idle(worker) || !is.null(workers$idle)) return(end_worker(worker))
  if (bytes > 1e7) send(worker, serve_tidying)
  workers$idle <- worker
}

is_idle <- function(worker) {
  worker$session$is_alive() && worker$session$get_state() == "idle"
}

start_worker <- function(call) {
  need_callr(call)
  # What a process that is killed leaves of temporary files goes with this session's own.
  folder <- tempfile("nnfit-isolate-")
  before <- files_of_callr()
  dir.create(folder, showWarnings = FALSE)
  session <- tryCatch(begin_session(folder), error = identity)
  worker <- list(session = session, folder = folder, owner = Sys.getpid())
  if (inherits(session, "error")) return(stop_not_started(worker, session, before, call))
  begun <- attend(worker, hear = function(message) TRUE, started = FALSE)
  if (!is.null(begun$code) && begun$code == 201) return(worker)
  if (!is.null(begun)) stop_not_started(worker, begun, before, call)
  end_worker(worker)
  NULL
}

begin_session <- function(folder) {
  options <- callr::r_session_options(
    # A profile's packages and options have no part in what the core computes.
    user_profile = FALSE,
    env = c(TERM = "dumb", TMPDIR = folder, RETICULATE_PYTHON = python_for_others())
  )
  # Where the disk is full callr warns of one file and fails with the next.
  suppressWarnings(keep_random(callr::r_session$new(options, wait = FALSE)))
}

# `said`: the error that came instead of a process, or callr's note that it has ended. Files that
# callr has begun would spoil the next start.
stop_not_started <- function(worker, said, before, call) {
  full <- !has_room(worker$folder)
  failed <- inherits(said, "error")
  status <- NULL
  lines <- NULL
  if (failed) {
    lines <- first_line(conditionMessage(said))
    unlink(worker$folder, recursive = TRUE)
  } else {
    found <- ended(worker, said)
    status <- found$status
    lines <- last_lines(found$stderr)
    end_worker(worker)
  }
  unlink(setdiff(files_of_callr(), before))
  abort_nnfit("isolate", c(
    "The R process of its own could not be started.",
    "x" = if (full) "The temporary folder {.path {tempdir()}} is full, or can not be written to.",
    "x" = if (!full && length(lines)) "It wrote: {lines}",
    "i" = if (full) "Make room there, or set the environment variable {.envvar TMPDIR} before R
      starts.",
    "i" = "{.code isolate = FALSE} trains in this session."
  ), call, status = status)
}

# Whether there is room for what a start needs.
has_room <- function(folder) {
  file <- paste0(folder, "-room")
  on.exit(unlink(file))
  tryCatch(suppressWarnings(writeBin(raw(1e6), file)), error = function(error) NULL)
  isTRUE(file.size(file) >= 1e6)
}

# Of all that uses callr in this session: what a call of its functions has made is told by before
# and after.
files_of_callr <- function() list.files(tempdir(), "^callr-", full.names = TRUE)

end_worker <- function(worker) {
  worker$session$kill()
  forget_call(worker)
  worker$session$close()
  unlink(worker$folder, recursive = TRUE)
}

# What callr has on the disk for a call it removes with the answer, or when R collects it: data
# that went to a process that gives no answer need not wait for that.
forget_call <- function(worker) {
  private <- worker$session$.__enclos_env__$private
  answer <- private$options$result_file
  unlink(c(
    private$options$tmp_files, answer, if (length(answer)) paste0(answer, ".error"),
    private$tmp_output_file, private$tmp_error_file
  ))
}

end_idle_process <- function() {
  worker <- workers$idle
  if (is.null(worker) || worker$owner != Sys.getpid()) return(invisible())
  workers$idle <- NULL
  end_worker(worker)
}

# processx draws names for its processes from R's random numbers.
keep_random <- function(code) {
  before <- get0(".Random.seed", globalenv(), inherits = FALSE)
  on.exit(if (is.null(before)) forget_seed() else assign(".Random.seed", before, globalenv()))
  code
}

need_callr <- function(call, is_there = requireNamespace) {
  for (package in c("callr", "processx")) {
    if (!is_there(package, quietly = TRUE)) {
      abort_nnfit("argument", c(
        "{.code isolate = TRUE} needs the package {.pkg {package}}, which is not installed.",
        "i" = "Install it: {.code install.packages(\"{package}\")}."
      ), call)
    }
  }
}
