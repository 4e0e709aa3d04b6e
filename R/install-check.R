# What may be asked of install_nnfit(), which makes and removes folders: whatever is not
# plainly an environment of nnfit's or of the user's own making is refused.

# On Windows a backslash is one too.
has_separator <- function(path) grepl(if (.Platform$OS.type == "windows") "[/\\\\]" else "/", path)

longest_path <- 1000 # bytes; file systems end soon after

is_name <- function(x) grepl("^[[:alnum:]][[:alnum:]._+-]*$", x)

is_words <- function(x) {
  is.character(x) && !is.object(x) && !anyNA(x) && all(validEnc(x)) &&
    all(grepl("[^[:space:]]", x))
}

# What pip would take for an option of its own.
is_requirements <- function(x) is_words(x) && !any(startsWith(x, "-"))

install_rules <- list(
  torch = rule(
    "one string that pip understands, such as \"torch>=2.4\"",
    function(x) is_requirements(x) && length(x) == 1
  ),
  packages = rule("names of Python packages, or `NULL`", or_null(is_requirements)),
  pip_options = rule(
    "options of pip as single strings, such as c(\"--index-url\", \"<address>\")",
    function(x) is.null(x) || (is_words(x) && all(startsWith(x[seq_along(x) == 1], "-")))
  ),
  new_env = rule("`TRUE` or `FALSE`", rlang::is_bool),
  python = rule(
    "the path of a Python, or `NULL`", function(x) is.null(x) || (is_words(x) && length(x) == 1)
  )
)

check_install_arguments <- function(given, call) {
  for (name in names(install_rules)) check_rule(given[[name]], install_rules[[name]], name, call)
  joined <- grepl("^-[^=[:space:]]*[[:space:]]", given$pip_options)
  if (any(joined)) {
    option <- given$pip_options[joined][1]
    abort_nnfit("argument", c(
      "{.arg pip_options} must have an option and its value as two strings.",
      "x" = "It has {.val {beginning(option)}}."
    ), call)
  }
}

# The path of an environment: of that name among the virtual environments, or as it is given.
environment_path <- function(envname, call) {
  check_envname(envname, call)
  root <- environment_root()
  if (!has_separator(envname)) return(in_full(named_environment(envname, root, call)))
  check_written_out(envname, call)
  in_full(envname)
}

check_envname <- function(envname, call) {
  if (!is_words(envname) || length(envname) != 1 || nchar(envname, "bytes") > longest_path) {
    abort_nnfit("argument", c(
      "{.arg envname} must be one name or one path, not {describe(envname)}.",
      "i" = "For example {.val r-nnfit}."
    ), call)
  }
  if (!nzchar(environment_root())) {
    abort_nnfit("argument", c(
      "{.arg envname} needs a folder for virtual environments.",
      "x" = "The environment variable {.envvar WORKON_HOME}, which names it, is set, but empty.",
      "i" = "Unset it: {.code Sys.unsetenv(\"WORKON_HOME\")}."
    ), call)
  }
}

check_written_out <- function(envname, call) {
  parts <- strsplit(path.expand(envname), "[/\\\\]+")[[1]]
  if (".." %in% parts || "." %in% parts[-1] || any(startsWith(parts, "~"))) {
    abort_nnfit("argument", c(
      "{.arg envname} must be a path that is written out, without {.val ..} and {.val .} in it.",
      "x" = "It is {.val {beginning(envname)}}."
    ), call)
  }
}

named_environment <- function(envname, root, call) {
  if (!is_name(envname)) {
    abort_nnfit("argument", c(
      "{.arg envname} must be a name of letters, digits, {.val -}, {.val _} and {.val .}, or
        a path.",
      "x" = "It is {.val {beginning(envname)}}.",
      "i" = "A path has a {.val /} in it."
    ), call)
  }
  file.path(root, envname)
}

# Absolute, with the links in the folders above followed, and those of the path itself not.
in_full <- function(path) {
  path <- sub("(.)[/\\\\]+$", "\\1", path.expand(path))
  if (!grepl("^([A-Za-z]:|[/\\\\])", path)) path <- file.path(getwd(), path)
  file.path(sub("/$", "", slashed(dirname(path))), basename(path))
}

# A folder with a virtual environment's own file in it.
is_environment <- function(path) file.exists(file.path(path, "pyvenv.cfg"))

check_environment <- function(path, new_env, call) {
  check_place(path, call)
  if (!file.exists(path) && is_no_link(path) || is_unfinished(path)) return(invisible())
  if (!is_environment(path) || dir.exists(file.path(path, "conda-meta"))) {
    abort_nnfit("argument", c(
      "{.arg envname} must be a virtual environment, or not be there yet.",
      "x" = "{.path {path}} is there, and is none: it has no file {.file pyvenv.cfg}, or is
        conda's.",
      "i" = "Choose another name. nnfit changes nothing there."
    ), call)
  }
  if (new_env) check_replaceable(path, call)
}

is_no_link <- function(path) Sys.readlink(path) %in% c("", NA)

# Neither one of these folders, nor a folder that has one of them in it.
check_place <- function(path, call) {
  kept <- c(
    "your home folder" = path.expand("~"), "the folder of all virtual environments" =
      path.expand(environment_root()),
    "the working directory" = getwd(), "R's own folder" = R.home(),
    "R's folder for temporary files" = tempdir(), stats::setNames(.libPaths(), rep(
      "a library of R packages", length(.libPaths())
    ))
  )
  inside <- startsWith(paste0(slashed(kept), "/"), paste0(sub("/$", "", slashed(path)), "/"))
  if (any(inside)) {
    what <- names(kept)[inside][1]
    abort_nnfit("argument", c(
      "{.arg envname} must be the name or path of an environment of its own.",
      "x" = "{.path {path}} is {what}, or has that in it."
    ), call)
  }
}

# In a folder that a call of install_nnfit() makes, until it is whole.
unfinished_mark <- ".nnfit-unfinished"

is_unfinished <- function(path) file.exists(file.path(path, unfinished_mark))

# What venv and pip put into an environment.
environment_parts <- c(
  "bin", "Scripts", "include", "Include", "lib", "Lib", "lib64", "share", "etc", "man", "doc",
  "pyvenv.cfg", unfinished_mark, ".gitignore", ".lock", "CACHEDIR.TAG", ".nnfit-requirements"
)

check_replaceable <- function(path, call) {
  if (!is_no_link(path)) {
    target <- Sys.readlink(path)
    abort_nnfit("argument", c(
      "{.arg envname} must be the environment itself where {.arg new_env} is {.code TRUE}.",
      "x" = "{.path {path}} is a link to {.path {target}}.",
      "i" = "Give that path, or remove the link."
    ), call)
  }
  others <- setdiff(list.files(path, all.files = TRUE, no.. = TRUE), environment_parts)
  if (length(others)) {
    abort_nnfit("argument", c(
      "{.arg new_env} must be {.code FALSE} where the folder holds more than an environment.",
      "x" = "In {.path {path}} there is also {.file {others}}.",
      "i" = "Move that elsewhere, or choose another {.arg envname}."
    ), call)
  }
  running <- find_running()
  if (length(running) && is_below(running, path)) {
    abort_nnfit("argument", c(
      "{.arg new_env} must be {.code FALSE} for the environment whose Python runs in this session.",
      "i" = "Restart R, and call {.fn install_nnfit} before anything else."
    ), call)
  }
}

# Of a program in an environment, which may itself be a link to another Python.
is_below <- function(program, path) {
  startsWith(paste0(slashed(dirname(program)), "/"), paste0(slashed(path), "/"))
}

# The Python to make an environment with, as a path; NULL for the one that is found.
starter_python <- function(python, path, new_env, call) {
  if (is.null(python)) return(NULL)
  found <- if (has_separator(python)) path.expand(python) else unname(Sys.which(python))
  if (!nzchar(found) || !utils::file_test("-f", found) || file.access(found, 1) != 0) {
    abort_nnfit("argument", c(
      "{.arg python} must be the path of a Python, or `NULL`.",
      "x" = "{.val {beginning(python)}} is no program that can be run."
    ), call)
  }
  if (is_environment(path) && !new_env) {
    abort_nnfit("argument", c(
      "{.arg python} can not be changed in an environment that is there: {.path {path}}.",
      "i" = "Make it anew: {.code new_env = TRUE}."
    ), call)
  }
  if (is_below(found, path)) {
    abort_nnfit("argument", c(
      "{.arg python} must not be in the environment that it is to make anew.",
      "x" = "{.path {found}} is in {.path {path}}."
    ), call)
  }
  # Last, as it runs the program.
  if (!answers_as_python(found)) {
    abort_nnfit("argument", c(
      "{.arg python} must be the path of a Python, or `NULL`.",
      "x" = "{.val {beginning(python)}} is no Python 3."
    ), call)
  }
  found
}
