skip_if_no_onnx <- function() {
  skip_if_no_torch()
  skip_if_not(has_onnx(), "Python's onnx and onnxscript")
  skip_if_not(reticulate::py_module_available("onnxruntime"), "Python's onnxruntime")
}

# A fit's file, as another program reads it.
exported <- function(fit, ..., env = parent.frame()) {
  path <- withr::local_tempfile(fileext = ".onnx", .local_envir = env)
  nn_export(fit, path, ...)
  reticulate::import("onnxruntime")$InferenceSession(path)
}

# What it gives for the rows of nn_design().
scored <- function(session, design, ...) {
  given <- list(x = array(as.double(design), dim(design)), offset = attr(design, "offset"), ...)
  session$run(NULL, Filter(Negate(is.null), given))[[1]]
}

about_file <- function(session) {
  said <- session$get_modelmeta()$custom_metadata_map
  words <- c("nnfit", "schema", "written_by", "outcome", "loss", "link", "formula")
  texts <- !names(said) %in% words
  said[texts] <- lapply(said[texts], jsonlite::fromJSON)
  said
}
