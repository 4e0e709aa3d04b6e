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
  dir.create(folder)
  options <- callr::r_session_options(
    # A profile's packages and options have no part in what the core computes.
    user_profile = FALSE,
    env = c(TERM = "dumb", TMPDIR = folder, RETICULATE_PYTHON = python_for_others())
  )
  session <- keep_random(callr::r_session$new(options, wait = FALSE))
  worker <- list(session = session, folder = folder, owner = Sys.getpid())
  begun <- attend(worker, hear = function(message) TRUE, started = FALSE)
  if (!is.null(begun$code) && begun$code == 201) return(worker)
  said <- if (!is.null(begun)) ended(worker, begun)
  end_worker(worker)
  if (is.null(begun)) return(NULL)
  lines <- last_lines(said$stderr)
  abort_nnfit("isolate", c(
    "The R process of its own could not be started.",
    "x" = if (length(lines)) "It wrote: {lines}",
    "i" = "{.code isolate = FALSE} trains in this session."
  ), call, status = said$status)
}

end_worker <- function(worker) {
  worker$session$kill()
  worker$session$close()
  unlink(worker$folder, recursive = TRUE)
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
