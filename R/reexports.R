#' @importFrom generics tidy
#' @export
generics::tidy
