#' Write a fit down, for other machines to train
#'
#' `nn_job()` writes a fit on Parquet files to a file instead of training it. `torchrun`, which
#' comes with torch, trains it in as many processes as you like, on one machine or on many, and
#' [nn_load()] reads the fit: the one that [nn_fit()] would have given, but for rounding. For
#' several processes on this machine alone, `nn_fit(processes = 4)` is all that is needed.
#'
#' The message says what to run for several processes on this machine. With three machines of eight
#' processes each, it is on each of them
#' ```
#' torchrun --nnodes 3 --nproc-per-node 8 --rdzv-backend c10d --rdzv-endpoint host:29500
#'   -m nnfit.train job.json --out model.safetensors
#' ```
#' where `host` is one of the three. `vignette("processes", "nnfit")` has the lines for Slurm,
#' Kubernetes and Spark, and says what happens where a process or a machine dies.
#'
#' @section What has to be where the processes run:
#' - The files of data (and of `validation`), by the same path: give a whole path such as
#'   `"/shared/flights"`.
#' - What is written here: `file`, and beside it files whose names begin with its name (of the
#'   formula and what else R knows of a fit, of a `start`, of a `model`, which is a pickle: its
#'   class has to be in a module that every process can import). They have to stay together.
#' - Python with torch, pyarrow and nnfit: the Python package, or the folder
#'   `system.file("python", package = "nnfit")` in the environment variable `PYTHONPATH`. R is not
#'   needed there.
#'
#' The files of data are read here once, to find levels and missing values.
#'
#' @param formula,data As for [nn_fit()] on files: `data` is the path of a Parquet file, or of a
#'   folder of these.
#' @param ... Options, as [nn_fit()] takes them for files. Refused are those of a session that waits
#'   for the fit: `callback`, `progress`, `isolate`, `checkpoint` and `processes`.
#' @param weights,offset Columns of the files.
#' @param file Where the job is written. Files of an earlier job of this name are replaced.
#' @return `file`, invisibly. `seed` is drawn here where it is not given, so that [set.seed()]
#'   governs.
#' @seealso [nn_fit()], [nn_load()].
#' @export
#' @examplesIf nnfit:::has_torch()
#' \dontrun{
#' # A folder of Parquet files, as arrow::write_dataset() writes it
#' nn_job(delay ~ carrier * hour + distance, "/shared/flights",
#'   hidden_units = 32, batch_size = 4096, epochs = 3, file = "flights.json"
#' )
#' # In a terminal, on each of three machines:
#' #   torchrun --nnodes 3 --nproc-per-node 8 --rdzv-backend c10d --rdzv-endpoint host:29500
#' #     -m nnfit.train flights.json --out flights.safetensors
#' fit <- nn_load("flights.safetensors")
#' }
nn_job <- function(formula, data, ..., weights = NULL, offset = NULL, file = "job.json") {
  call <- rlang::current_env()
  if (missing(formula)) refuse_missing_formula(call)
  if (missing(data)) refuse_missing("data", call)
  check_rule(file, job_rule(), "file", call)
  refuse_no_files(data, call)
  refuse_waiting(rlang::enquos(...), call)
  rows <- row_arguments(
    rlang::enquo(weights), rlang::quo(NULL), rlang::enquo(offset), NULL, call
  )
  write_job(formula, data, rows, file, call, ...)
  tell_job(file)
  invisible(file)
}

# Both languages write files of this name: it has to be the same to both.
job_rule <- function() {
  name <- path_rule_of("job.json")
  rule(name$must, function(x) name$test(x) && validEnc(x))
}

refuse_no_files <- function(data, call) {
  if (!is_path(data)) {
    abort_nnfit("argument", c(
      "{.arg data} must be the path of Parquet files, not {describe(data)}.",
      "i" = "The processes that train read the rows: {.fn arrow::write_parquet} writes them."
    ), call)
  }
}

# -- what belongs to a session that waits for the fit --

refuse_waiting <- function(given, call) {
  given <- given[!vapply(given, rlang::quo_is_missing, NA)] # which is refused with the others
  for (name in intersect(names(waiting_words), names(given))) {
    value <- rlang::eval_tidy(given[[name]])
    if (!is.null(value) && !isFALSE(value)) {
      abort_nnfit("argument", c(
        "{.arg {name}} must be left out of {.fn nn_job}, which trains nothing.",
        "i" = "{waiting_words[[name]]}"
      ), call)
    }
  }
}

waiting_words <- list(
  callback = "It is a function of this session, which other processes do not have.",
  progress = "The processes show no bar.",
  isolate = "torchrun trains in processes of its own.",
  checkpoint = "Give the folder to what trains: `-m nnfit.train job.json --checkpoint folder`.",
  processes = "Give their number to torchrun: `torchrun --nproc-per-node 4`."
)

# -- written --

write_job <- function(formula, data, rows, file, call, ...,
                      shuffle = TRUE, shuffle_buffer = NULL, fully_shard = FALSE) {
  order <- check_order(shuffle, shuffle_buffer, fully_shard, call)
  task <- parquet_task(formula, data, rows, call, ...)
  out <- new.env()
  out$arrays <- list()
  out$environments <- list()
  texts <- texts_beside(untrained(task, call), out)
  arguments <- parquet_arguments(task)
  arguments[c("progress", "callback", "checkpoint")] <- NULL
  arguments["start"] <- list(whole_start(task$options$start))
  target <- enc2utf8(path.expand(file))
  cross("write_job", c(arguments, order, list(file = target)), call, task$options$isolate)
  write_beside(file, target, out$arrays, texts, call)
}

# What R knows of a fit before it is trained. update() is to train it here.
untrained <- function(task, call) {
  written <- call_as_written(call)
  written$file <- NULL
  beside_fit(task$design, task$outcome, task$options, task$formula, written)
}

# `nnfit.train` puts it into the fit's own file: core/elsewhere.py.
write_beside <- function(file, target, arrays, texts, call) {
  beside <- paste0(target, ".beside.safetensors")
  rlang::try_fetch(write_safetensors(beside, arrays, texts), error = function(error) {
    unlink(target)
    abort_nnfit("file", c(
      "{.arg file} can not be written: {.file {file}}.", "x" = "{conditionMessage(error)}."
    ), call, parent = NA)
  })
}

# -- what to run next --

# What is to be copied stays on one line.
tell_job <- function(file) {
  written <- cli::format_message(c(
    "v" = "The fit is written down in {.file {file}} and in files beside it of that name.",
    "i" = "To train it in 4 processes on this machine, in a terminal:"
  ))
  then <- cli::format_message(c(
    "i" = "Then {.code nn_load(\"model.safetensors\")} reads the fit.",
    "i" = "For several machines: {.code vignette(\"processes\", \"nnfit\")}."
  ))
  rlang::inform(
    paste(c(written, paste0("    ", job_lines(file)), then), collapse = "\n"),
    class = c("nnfit_message_job", "nnfit_message")
  )
}

# As a shell takes them. nnfit's Python part need not be installed for the Python of this session.
job_lines <- function(file) {
  set <- if (.Platform$OS.type == "windows") "set" else "export"
  python <- find_python()$path %||% "python"
  c(
    paste0(set, " PYTHONPATH=", as_shell_word(core_folder())),
    paste(
      as_shell_word(python), "-m torch.distributed.run --nproc-per-node 4",
      "-m nnfit.train", as_shell_word(file), "--out model.safetensors"
    )
  )
}

as_shell_word <- function(word) {
  if (grepl("^[A-Za-z0-9_./~:\\\\-]+$", word)) word else shQuote(word)
}
