# Settings and runs of the page.

play_settings <- function(...) utils::modifyList(start_settings(), list(...))

play_run <- function(..., held = list()) {
  settings <- play_settings(...)
  playground_run(playground_datasets()[[settings$data]], settings, held)
}

play_lesson <- function(.lesson, ...) {
  settings <- utils::modifyList(lesson_settings(playground_lessons[[.lesson]]), list(...))
  playground_run(playground_datasets()[[settings$data]], settings)
}

own_run <- function(formula, data, ..., held = list()) {
  own <- own_dataset(formula, data, substitute(data), environment())
  playground_run(own, play_settings(data = "own", ...), held)
}
