#' @keywords internal
"_PACKAGE"

#' @importFrom stats coef fitted residuals formula predict
#' @importFrom rlang %||%
NULL
