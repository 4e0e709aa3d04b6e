#' @importFrom reticulate iterate
#' @export
reticulate::iterate
