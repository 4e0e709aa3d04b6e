# What is known of the Python that reticulate takes, and the words for it; install-problems.R
# has the problems that there can be.

# A list that the table of problems reads. `error`: what R could not load it with. Not
# `probed`: which Python it is, alone.
python_facts <- function(error = NULL, probed = TRUE) {
  found <- find_python()
  variable <- choosing_variable()
  chosen <- if (!is.null(variable)) Sys.getenv(variable)
  asked <- found$path %||% if (!is.null(chosen)) program_of(chosen)
  has <- if (probed && !is.null(asked) && file.exists(asked)) probe_python(asked)
  c(found, list(
    variable = variable, chosen = chosen, asked = asked, has = has,
    said = error %||% found$error
  ))
}

# reticulate heeds the first of these that is set, even if it is empty.
choosing_variable <- function() {
  variables <- c("RETICULATE_PYTHON", "RETICULATE_PYTHON_ENV")
  set <- variables[!is.na(Sys.getenv(variables, NA))]
  if (length(set)) set[1]
}

# Of a folder reticulate takes the program `python` in it.
program_of <- function(path) {
  path <- path.expand(path)
  if (dir.exists(path)) file.path(path, "python") else path
}

# A list of `problem` and `cure`, as text; NULL where nothing is wrong.
diagnose <- function(facts) {
  for (row in python_problems) {
    if (isTRUE(row$applies(facts))) {
      return(list(problem = row$says(facts), cure = row$cure(facts)))
    }
  }
}

# -- the parts of the sentences --

is_chosen <- function(facts) !is.null(facts$variable) && !facts$managed

named_by <- function(facts) paste0(facts$variable, " names ", quoted(facts$chosen))

quoted <- function(path) paste0("\"", path, "\"")

unset <- function(facts) {
  paste0(
    "Unset it (Sys.unsetenv(\"", facts$variable, "\"), or take it out of .Renviron) and run ",
    "nnfit::install_nnfit() once; then restart R."
  )
}

# reticulate's words for how it came to a Python that nobody chose.
chosen_by_nobody <- c("PATH", "Windows Registry", "import(\"torch\")")

is_users <- function(facts) {
  chosen <- !is.null(facts$variable) || !(facts$chosen_by %||% "PATH") %in% chosen_by_nobody
  !is.null(facts$path) && chosen && !is_nnfits_own(facts$path)
}

# How the requirement gets into the Python that is in use. nnfit's own environment is
# install_nnfit()'s to change; a Python that was chosen is the user's.
install_there <- function(requirements, facts, arguments = "") {
  if (all(requirements %in% c("pyarrow", onnx_packages))) {
    arguments <- paste("packages =", deparse(requirements))
  }
  ours <- paste0("nnfit::install_nnfit(", arguments, ")")
  if (!is_users(facts)) return(paste0("Run ", ours, " once, then restart R."))
  command <- paste(
    shQuote(facts$path), "-m pip install", paste(shQuote(requirements), collapse = " ")
  )
  other <- if (is_chosen(facts)) paste("unset", facts$variable) else "choose no Python"
  paste0(
    "Install it there, by ", command, " in a terminal; or ", other, " and run ", ours,
    ". Then restart R."
  )
}

nnfit_environment <- function() file.path(path.expand(environment_root()), "r-nnfit")

# Not through the links that a virtual environment's programs are.
is_nnfits_own <- function(path) {
  startsWith(slashed(dirname(path)), paste0(slashed(nnfit_environment()), "/"))
}

slashed <- function(path) normalizePath(path.expand(path), "/", mustWork = FALSE)

torch_and_numpy <- function() c("torch>=2.4", numpy_requirement())

at_path <- function(facts) paste0(quoted(facts$path), " (Python ", facts$has$version, ")")

# A path with letters that the session's language does not have: reticulate hands it on
# in bytes that Python's start can not read.
is_unreadable <- function(path, utf8 = l10n_info()[["UTF-8"]]) {
  !utf8 && .Platform$OS.type != "windows" && any(utf8ToInt(as_utf8(path)) > 127)
}

# By a file of its name, or a folder, in the working directory, where Python looks first.
is_hidden <- function(facts, package) {
  file <- facts$has[[paste0(package, "_file")]]
  if (!length(file) || !nzchar(file)) return(FALSE)
  if (basename(file) == "__init__.py") file <- dirname(file)
  slashed(dirname(file)) == slashed(getwd())
}

# The NumPy or torch that was found: in the Python, or where PYTHONPATH has it come from, which
# then is to be mended, as nothing that is installed would be found.
is_from_path <- function(facts, package) {
  file <- facts$has[[paste0(package, "_file")]]
  folders <- strsplit(Sys.getenv("PYTHONPATH"), .Platform$path.sep, fixed = TRUE)[[1]]
  folders <- folders[nzchar(folders)]
  length(file) == 1 && any(startsWith(slashed(file), file.path(slashed(folders), "")))
}

place_of <- function(package, facts) {
  if (!is_from_path(facts, package)) return(at_path(facts))
  paste0(quoted(dirname(facts$has[[paste0(package, "_file")]])), ", a folder in PYTHONPATH,")
}

mend <- function(package, facts, cure) {
  if (!is_from_path(facts, package)) return(cure)
  "Unset PYTHONPATH, or take that folder out of it; then restart R."
}

anew <- function(package, facts) {
  if (!is_users(facts)) return("Run nnfit::install_nnfit(new_env = TRUE) once, then restart R.")
  wanted <- if (package == "torch") "torch>=2.4" else numpy_requirement()
  install_there(c("--force-reinstall", wanted), facts)
}
