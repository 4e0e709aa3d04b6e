# What a Python has, asked in a process of its own, so that this session neither
# starts it nor waits for a damaged package to end R. As in R, NumPy is loaded first, and
# then the working directory is looked in first.

probe_script <- '
import sys
def say(name, value):
    sys.stdout.write("nnfit\\t%s\\t%s\\n" % (name, " ".join(str(value).split())[:500]))
    sys.stdout.flush()
say("version", "%d.%d.%d" % sys.version_info[:3])
for name in ("numpy", "torch"):
    try:
        from importlib.util import find_spec
        say(name + "_file", getattr(find_spec(name), "origin", None) or "")
    except Exception:
        pass
    try:
        module = __import__(name)
        say(name, getattr(module, "__version__", ""))
    except BaseException as error:
        absent = type(error).__name__ == "ModuleNotFoundError" and error.name == name
        say(name + ("_absent" if absent else "_error"), "%s: %s" % (type(error).__name__, error))
    sys.path.insert(0, "")
'

probe_seconds <- 120 # `import torch` takes 2 of them, or 60 on a cold network drive

# A named list of text: `version`, and for numpy and torch `<name>` (its version), `<name>_file`,
# `<name>_absent` or `<name>_error`. Empty if it is no Python. `said` is what else it wrote.
probe_python <- function(path) {
  script <- tempfile("nnfit-probe-", fileext = ".py")
  writeLines(probe_script, script)
  errors <- tempfile("nnfit-probe-")
  on.exit(unlink(c(script, errors)))
  lines <- tryCatch(
    suppressWarnings(system2(
      path, shQuote(script), stdout = TRUE, stderr = errors, stdin = null_device(),
      timeout = probe_seconds
    )),
    error = function(error) character()
  )
  cells <- strsplit(lines[startsWith(lines, "nnfit\t")], "\t", fixed = TRUE)
  values <- lapply(cells, function(row) as_utf8(c(row, "")[3]))
  names(values) <- vapply(cells, `[`, "", 2)
  said <- if (file.exists(errors)) utils::tail(readLines(errors, warn = FALSE), 1)
  c(values, list(said = if (length(said)) as_utf8(said) else ""))
}

# A few words suffice to tell a Python from another program that can be run, or from Python 2.
answers_as_python <- function(path) {
  script <- tempfile("nnfit-python-", fileext = ".py")
  writeLines("import sys; print('nnfit %d' % sys.version_info[0])", script)
  on.exit(unlink(script))
  said <- tryCatch(
    suppressWarnings(system2(
      path, shQuote(script), stdout = TRUE, stderr = FALSE, stdin = null_device(),
      timeout = probe_seconds
    )),
    error = function(error) character()
  )
  "nnfit 3" %in% said
}

null_device <- function() if (.Platform$OS.type == "windows") "NUL" else "/dev/null"

# Python writes UTF-8, whatever R's locale.
as_utf8 <- function(text) {
  Encoding(text) <- "UTF-8"
  ifelse(validUTF8(text), text, iconv(text, "latin1", "UTF-8"))
}
