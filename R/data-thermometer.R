#' Eleven readings of two thermometers
#'
#' One thermometer shows degrees Celsius, the other an unknown unit.
#'
#' @format A data frame with 11 rows and two columns:
#' \describe{
#'   \item{c}{Temperature in degrees Celsius.}
#'   \item{u}{The same temperature in the unknown unit.}
#' }
#' @source Stevens, Antiga and Viehmann, *Deep Learning with PyTorch* (Manning,
#'   2020), chapter 5.
"thermometer"
