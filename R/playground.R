#' A page to play with a network
#'
#' Opens a page in the browser on which one network on one predictor follows whatever is moved:
#' its units, its activation, the learning rate, the penalty, the data. It shows the curve with
#' [lm()] beside it, the losses, what each unit adds, the network, what [nn_diagnose()] finds,
#' and the code of the fit, to be copied.
#'
#' Buttons begin anew with other initial weights, train for 100 epochs more ([update()]), and
#' show the training epoch by epoch. Lessons set all controls to show one thing: a neuron is a
#' line, a unit is dead, steps are too long, two layers overfit, an even function.
#'
#' What is refused is said by the control that it is about, in the words of [nn_fit()], and so
#' are its warnings. All controls work by the keyboard; each picture says its values to a screen
#' reader. The page needs nothing from the web and writes no file.
#'
#' @param formula A formula of one numeric outcome and one numeric predictor, such as
#'   `mpg ~ wt`. `NULL`: the page's own data alone, which are there in any case.
#' @param data The data frame of the formula. `NULL`: its variables are looked for where it is
#'   from.
#' @param ... Options of [nn_fit()] that the page begins with: `hidden_units` (two layers at
#'   most), `activation`, `optimizer`, `learn_rate`, `penalty`, `epochs`, `validation` (a share),
#'   `scale`, `seed`. Others, such as `momentum`, hold for all of its fits.
#' @param launch.browser As in [shiny::runApp()]: `TRUE`, `FALSE`, or a function of the address.
#' @return A [shiny::shinyApp()], which runs when it is printed.
#' @seealso [plot.nn_fit()], [nn_diagnose()], [lm_compare()].
#' @export
#' @examples
#' if (interactive()) {
#'   nn_playground()
#'   nn_playground(mpg ~ wt, mtcars, hidden_units = c(8, 8), validation = 0.25)
#' }
nn_playground <- function(formula = NULL, data = NULL, ...,
                          launch.browser = getOption("shiny.launch.browser", interactive())) {
  call <- rlang::current_env()
  need_shiny(call)
  check_rule(launch.browser, launch_rule, "launch.browser", call)
  written <- rlang::enexpr(data)
  given <- rlang::dots_list(..., .preserve_empty = TRUE)
  own <- playground_own(formula, data, written, call)
  page <- new_playground(own, given, call)
  shiny::shinyApp(
    playground_page(page$controls, page$start), playground_server(page),
    options = list(launch.browser = launch.browser)
  )
}

launch_rule <- rule("`TRUE`, `FALSE` or a function", function(x) {
  rlang::is_bool(x) || is.function(x)
})

need_shiny <- function(call, is_there = requireNamespace) {
  if (is_there("shiny", quietly = TRUE)) return(invisible())
  abort_nnfit("argument", c(
    "{.fn nn_playground} needs the package {.pkg shiny}, which is not installed.",
    "i" = "Install it: {.code install.packages(\"shiny\")}."
  ), call)
}

playground_own <- function(formula, data, written, call) {
  if (!is.null(formula)) return(own_dataset(formula, data, written, call))
  if (!is.null(data)) {
    abort_nnfit("argument", c(
      "{.arg data} needs a {.arg formula}.", "i" = "For example {.code mpg ~ wt}."
    ), call)
  }
}

# All of a page that its visitors share. What the first fit refuses is refused here, where its
# user can mend it.
new_playground <- function(own, given, call) {
  datasets <- playground_datasets(own)
  begin <- begin_settings(given, !is.null(own), call)
  controls <- with_start(playground_controls(datasets), begin$start)
  first <- playground_run(datasets[[begin$start$data]], begin$start, begin$held)
  if (!is.null(first$refusal)) {
    abort_nnfit("argument", "{first$refusal$message}", call)
  }
  list(datasets = datasets, controls = controls, start = begin$start, held = begin$held,
    first = first)
}
