# Rscript tools/verify-python.R PYTHON [MODULE...]
# Does reticulate reach this Python, has it these modules, and do torch's numbers come back as R's?
# Prints the versions, or exits non-zero with the reason.
arguments <- commandArgs(TRUE)
modules <- sub("^scikit-learn$", "sklearn", arguments[-1]) # imported by another name

reticulate::use_python(arguments[1], required = TRUE)
find_spec <- reticulate::import("importlib.util")$find_spec
missing <- modules[vapply(modules, function(module) is.null(find_spec(module)), logical(1))]
if (length(missing)) stop("not installed: ", toString(unique(missing)), call. = FALSE)

torch <- reticulate::import("torch")
numpy <- reticulate::import("numpy")
if (!identical(torch$eye(2L)$double()$numpy(), diag(2))) {
  stop("NumPy ", numpy[["__version__"]], "'s arrays do not become R's", call. = FALSE)
}
cat("torch ", torch$version[["__version__"]], ", NumPy ", numpy[["__version__"]], sep = "")
