#' A fit as a live torch module
#'
#' Gives the network of a fit as a module of PyTorch's: to call with tensors, to look at its parts,
#' to ask for gradients, or to train on.
#'
#' Its rows are in the units of the data, in the order of [coef()]'s columns (as [nn_design()] makes
#' them), and in the `dtype` of the fit; what it gives is what `predict(fit, type = "link")` does.
#' Of a fit with `scale = FALSE` it is the network itself; else that is its part `$network`, between
#' standardising and its way back. It is a copy, in evaluation mode: what becomes of it leaves the
#' fit as it is.
#'
#' A fit takes it back: `nn_fit(model = nn_module(fit), scale = FALSE)` trains it on.
#'
#' @param fit An [nn_fit()].
#' @param model The torch module that the model was fitted with, if that was one of your own and
#'   this is another R session.
#' @return A torch module, which lives in this session: it can not be saved. The fit can.
#' @seealso [nn_export()] for other programs; the `start` of [nn_fit()] to go on from a fit.
#' @export
#' @examplesIf nnfit:::has_torch()
#' fit <- nn_fit(c ~ u, thermometer, hidden_units = 3, scale = FALSE, epochs = 20, seed = 1)
#' module <- nn_module(fit)
#' module
#'
#' # The gradient of the hidden layer's weights, where training has ended
#' u <- as_tensor(cbind(thermometer$u), "float32")
#' loss <- mean((module(u) - as_tensor(cbind(thermometer$c), "float32"))^2)
#' loss$backward()
#' module[0L]$weight$grad
nn_module <- function(fit, model = NULL) {
  call <- rlang::current_env()
  if (missing(fit)) refuse_missing("fit", call)
  check_is_fit(fit, call)
  module <- recall_module(fit, model, call)
  call_core("module", c(list(fit_state(fit)), if (!is.null(module)) list(model = module)), call)
}
