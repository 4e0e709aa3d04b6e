#' @keywords internal
"_PACKAGE"

#' @importFrom generics tidy glance augment
#' @importFrom tibble tibble
NULL
