# What is asked of a process of its own, as plain data; and there, how it is answered.

# Where nnfit is: a package in a library, or sources that pkgload has taken in.
place_of_nnfit <- function() {
  namespace <- topenv()
  list(
    path = getNamespaceInfo(namespace, "path"),
    sources = exists(".__DEVTOOLS__", namespace, inherits = FALSE)
  )
}

# Functions stay here: what they would do is asked for over the channel.
as_request <- function(name, args, channel) {
  loss <- if (is.function(args$loss)) carried_loss(args$loss)
  every <- if (is.list(args$callback)) args$callback[[2]]
  asks <- list(
    progress = !is.null(args$progress), callback = !is.null(args$callback), every = every,
    answers = channel$file
  )
  args[c("progress", "callback")] <- NULL
  if (!is.null(loss)) args$loss <- NULL
  list(
    name = name, args = args, loss = loss, asks = asks, folder = getwd(),
    parent = Sys.getpid(), threads = torch_threads()
  )
}

# What is called there, with nothing of nnfit in it: callr sends it as it is written.
serve_request <- function(place, request) {
  if (!isNamespaceLoaded("nnfit")) {
    if (place$sources) {
      suppressMessages(getExportedValue("pkgload", "load_all")(place$path, quiet = TRUE))
    } else {
      loadNamespace("nnfit", lib.loc = dirname(place$path))
    }
  }
  get("answer_request", asNamespace("nnfit"))(request)
}

# Without the answer, where an interrupt came before nnfit was loaded.
serve_kept <- function() {
  tryCatch(Sys.sleep(0), interrupt = function(condition) NULL)
  kept <- if (isNamespaceLoaded("nnfit")) get("kept_answer", asNamespace("nnfit"))()
  list(settled = TRUE, kept = kept)
}

serve_tidying <- function() {
  get("forget_answer", asNamespace("nnfit"))()
  gc(verbose = FALSE)
  NULL
}

# -- there --

is_isolated <- function() isTRUE(cache$isolated)

kept_answer <- function() cache$answer

forget_answer <- function() cache$answer <- NULL

# What was heard of R is told beside. An interrupt that comes when the answer is there does not take
# it away.
answer_request <- function(request) {
  tell("begun", NULL)
  cache$isolated <- TRUE
  cache$answer <- NULL
  # Of a session whose working directory was removed: where it has no files either.
  setwd(request$folder %||% tempdir())
  suspendInterrupts({
    loss <- unpack_loss(request$loss)
    connection <- connect(request$asks)
    heard <- list()
    hear <- function(restart) {
      function(condition) {
        heard <<- c(heard, list(condition))
        invokeRestart(restart)
      }
    }
    answer <- withCallingHandlers(
      tryCatch(
        allowInterrupts(answer_core(request$name, args_there(request, loss, connection), request)),
        interrupt = function(condition) list(value = list(interrupted = TRUE))
      ),
      warning = hear("muffleWarning"), message = hear("muffleMessage")
    )
    if (!is.null(connection)) close(connection)
    random <- if (!is.null(loss)) loss$leave()
    cache$answer <- list(answer = answer, heard = heard, random = random)
  })
  cache$answer
}

args_there <- function(request, loss, connection) {
  args <- request$args
  asks <- request$asks
  if (asks$progress) args$progress <- progress_there()
  if (asks$callback) args$callback <- callback_there(asks, connection)
  if (!is.null(loss)) args$loss <- loss$callback
  args
}
