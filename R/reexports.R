#' @importFrom reticulate iterate
#' @export
reticulate::iterate

#' @importFrom generics tidy
#' @export
generics::tidy
