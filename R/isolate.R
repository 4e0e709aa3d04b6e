# Training in an R process of its own: what `isolate = TRUE` does with a crossing to the core.

#' Train in a process of its own
#'
#' With `isolate = TRUE` [nn_fit()], [nn_cv()], [nn_tune()], [lm_compare()] and
#' [update()][update.nn_fit] train in a second R process. A crash in compiled code there, or the system's killing it because no
#' memory is left, is an ordinary error in your session, which goes on with all that is in it.
#' `options(nnfit.isolate = TRUE)` is the same for everything that trains, also for functions that
#' have no such argument.
#'
#' The fit is the one that your session would have given: the same numbers, warnings, errors and
#' random numbers. Only plain data goes to the process and comes back.
#' - It is started by \pkg{callr} with the first such call, which takes some seconds, and stays for
#'   the calls that follow, which take some tens of milliseconds more than in your session. It ends
#'   with your session, however that ends. It has the same nnfit, the same Python, and at each call
#'   the same working directory and the same number of torch's threads. Your session itself needs
#'   no Python for such a call, nor for [predict()][predict.nn_fit].
#' - The progress bar is shown here, and the function that you give as `callback` is called here:
#'   it sees and changes what is in your session.
#' - Ctrl-C has the process end what it does and give what there is by then, see [nn_last_fit()].
#'   A second Ctrl-C, a second later or more, ends the process itself: nothing is kept but a
#'   checkpoint.
#' - A `loss` of your own goes to the process with what it can reach, see below. What it changes, it
#'   changes there.
#'
#' @section When the process ends:
#' The error has the class `nnfit_error_isolate`. It says by which signal the process ended (9 is
#' what Linux sends where no memory is left, 11 a fault in compiled code), the size of the data, the
#' last lines that the process wrote, and where its checkpoint is: with `checkpoint = "folder"` the
#' same call goes on from there, to the same bits. Its field `status` has the signal as a negative
#' number, or the exit status. The next call starts a new process.
#'
#' @section What goes with a loss of your own:
#' All that its code, and in turn the code of what it finds, names:
#' - what it was defined beside (its closure);
#' - objects of your workspace, and of lists and data frames that are attached: by a name or a
#'   string in the code, its defaults or the lists, environments and expressions that it uses;
#' - methods (S3) in these of functions that it names, and for classes of what it uses;
#' - the values of the options that it reads by `getOption("name")`, and R's own `contrasts`,
#'   `na.action`, `digits`, `scipen` and `OutDec`;
#' - the packages that are attached, in their order, and the state of R's random numbers.
#'
#' Refused by name is what another process can not have (tensors and modules of Python, wherever
#' they are found, but for `torch`; objects of classes that `setClass()` made in the workspace), and
#' code that does not tell what it finds: `get()`, `match.fun()` or `getOption()` of a name that is
#' computed, `parse()`, `source()`, `ls()`, `Sys.getenv()`, the workspace as a whole. Other changes
#' that were made to the session (registered methods, objects put into a package) do not go.
#'
#' @section What stays in your session:
#' Objects of Python live in one process. A `model` of your own is refused, as is anything else that
#' is Python's (tensors as data are not: their values go), and `seed = NA`, which goes on from the
#' random numbers of your session's torch. Predictions, and tensors, are computed in your session.
#' In a process that is itself such a one, `isolate` has no effect.
#'
#' @section In the background:
#' A fit is plain data: any package that runs R code in other processes may make one while you work
#' on, and give it back. See `vignette("many-fits", "nnfit")`.
#' - With \pkg{future}: `plan(multisession)`,
#'   `f <- future(nn_fit(c ~ u, thermometer), seed = TRUE)`, and when it is needed, `value(f)`;
#'   `resolved(f)` tells whether it is done.
#' - With \pkg{mirai}: `m <- mirai({library(nnfit); nn_fit(c ~ u, data)}, data = thermometer)`, then
#'   `m[]`, which waits, or `m$data`.
#' - With callr: `job <- callr::r_bg(function() {library(nnfit); nn_fit(c ~ u, thermometer)})`, then
#'   `job$get_result()`.
#' @name nn-isolate
#' @aliases isolate
#' @seealso [nn_fit()], whose section on checkpoints says what survives.
#' @examplesIf nnfit:::has_torch() && requireNamespace("callr", quietly = TRUE)
#' fit <- nn_fit(c ~ u, thermometer, hidden_units = 4, epochs = 50, seed = 1, isolate = TRUE)
#' predict(fit, data.frame(u = 20))
#'
#' # The function sees what is here
#' losses <- NULL
#' nn_fit(c ~ u, thermometer, hidden_units = 4, epochs = 50, seed = 1, isolate = TRUE,
#'   callback = list(function(state) losses <<- c(losses, state$train_loss), every = 10)
#' )
#' losses
#'
#' # Everything that trains, from here on
#' before <- options(nnfit.isolate = TRUE)
#' nn_cv(c ~ u, thermometer, folds = 3, seed = 1)
#' options(before)
NULL

# A crossing, here or in a process of its own.
cross <- function(name, args, call, isolate) {
  if (isolate && !is_isolated()) call_isolated(name, args, call) else call_core(name, args, call)
}

# As call_core(), but there. While the process is waited for an interrupt is its; what comes of it
# is signalled when all is in order again.
call_isolated <- function(name, args, call) {
  refuse_what_stays(args, call)
  found <- withCallingHandlers(
    suspendInterrupts(run_isolated(name, args, call)),
    error = function(error) pass_limit(error, call)
  )
  for (said in found$heard) if (inherits(said, "warning")) warning(said) else message(said)
  cat(found$stdout)
  cat(found$stderr, file = stderr())
  if (isTRUE(found$interrupted)) interrupt_saying(interrupted_process(args$checkpoint$path), call)
  if (!is.null(found$ended)) stop_ended(found$ended, args, call)
  if (!is.null(found$unsent)) stop_unsent(found$unsent, args, call)
  if (!is.null(found$failed)) stop_without_answer(found$failed, call)
  keep_state(found$random)
  given_by_answer(found$answer, call)
}

# A process that has ended since the last call never began with this one: another does it then.
run_isolated <- function(name, args, call, again = TRUE) {
  worker <- take_worker(call)
  if (is.null(worker)) return(list(answer = list(value = list(interrupted = TRUE))))
  on.exit(give_back_worker(worker, utils::object.size(args)))
  channel <- open_channel(args)
  on.exit(close_channel(channel), add = TRUE)
  begun <- FALSE
  hear <- hearing(args, channel, function() begun <<- TRUE)
  found <- ask_worker(worker, as_request(name, args, channel), hear)
  if (is.null(found$ended) || begun || !again) return(found)
  run_isolated(name, args, call, again = FALSE)
}

# An interrupt as R has it, with words of ours for who tells the user of it.
interrupt_saying <- function(words, call) {
  signalCondition(structure(list(message = words), class = c("interrupt", "condition")))
  pass_interrupt(call)
}

interrupted_process <- function(checkpoint) {
  paste0(
    "The training was interrupted, and its process was ended: nothing is kept",
    if (has_checkpoint(checkpoint)) " but its checkpoint", "."
  )
}

# A limit of setTimeLimit() that comes while processx waits, as R has it.
pass_limit <- function(error, call) {
  if (!inherits(error, "rlib_error_3_0") && !inherits(error, "c_error")) return()
  while (!is.null(error)) {
    said <- conditionMessage(error)
    limit <- regmatches(said, regexpr("reached .*time limit", said))
    if (length(limit)) stop(simpleError(limit, call))
    error <- error$parent
  }
}

# What is sent lies on the disk until it is read there.
stop_unsent <- function(error, args, call) {
  said <- first_line(conditionMessage(error))
  data <- size_of_data(args)
  abort_nnfit("isolate", c(
    "The data could not be sent to the R process that trains.",
    "x" = "Writing to the temporary folder {.path {tempdir()}} failed, which may be full: {said}.",
    "x" = if (!is.null(data)) "{data}",
    "i" = "Make room there, or set the environment variable {.envvar TMPDIR} before R starts.",
    "i" = "{.code isolate = FALSE} trains in this session."
  ), call)
}

# The process could not write its answer, or not all of it; or could not load nnfit. callr takes the
# former for an R that did not start.
stop_without_answer <- function(error, call) {
  said <- if (!is.null(error$parent)) first_line(conditionMessage(error$parent))
  full <- is.null(said) || grepl("connection|space", said)
  abort_nnfit("isolate", c(
    "The R process that trained gave no answer.", "x" = if (!is.null(said)) "{said}",
    "x" = if (full) {
      "It could not write it to the temporary folder {.path {tempdir()}}, which may be full."
    },
    "i" = "{.code isolate = FALSE} trains in this session."
  ), call)
}

# What a loss of the user's own has drawn there is drawn here.
keep_state <- function(random) {
  if (!is.null(random)) assign(".Random.seed", random, envir = globalenv())
}

# What no other process can have.
refuse_what_stays <- function(args, call) {
  for (name in names(args)) {
    if (nzchar(name) && has_python(args[[name]])) {
      abort_nnfit("argument", c(
        "{.arg {name}} is, or has, an object of Python, which lives in this session: another
          process can not have it.",
        "i" = "Fit with {.code isolate = FALSE}; or give plain R data: {.fn as.array} makes that of
          a tensor."
      ), call)
    }
  }
  if ("seed" %in% names(args) && is.null(args$seed)) {
    abort_nnfit("argument", c(
      "{.arg seed} can not be `NA` with {.code isolate = TRUE}: torch's random numbers of this
        session are not those of another process.",
      "i" = "Give a number, or leave it out: then {.fn set.seed} governs."
    ), call)
  }
  if (is.function(args$loss)) refuse_python_in_loss(args$loss, call)
}

has_python <- function(value) {
  if (inherits(value, "python.builtin.object")) return(TRUE)
  is.list(value) && any(vapply(value, has_python, NA))
}
