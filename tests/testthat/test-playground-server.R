skip_if_no_torch()
skip_if_not_installed("shiny")

# The server with all controls as the page begins, changed by `...`; `code` sees `session`.
with_server <- function(code, given = list(), own = NULL) {
  page <- new_playground(own, given, environment())
  code <- substitute(code)
  frame <- parent.frame()
  shiny::testServer(playground_server(page), {
    move <- function(...) {
      settings <- list(...)
      said <- Map(function(id, value) written_control(page$controls[[id]], value),
        names(settings), settings)
      do.call(session$setInputs, said)
      session$elapse(100)
    }
    do.call(move, page$start)
    eval(code, list2env(list(move = move, session = session, output = output, page = page),
      parent = frame))
  })
}

test_that("it begins with the first fit, and follows what is moved", {
  with_server({
    expect_match(output$said, "After 500 epochs the network is off by")
    expect_match(output$code, "hidden_units = 4", fixed = TRUE)
    move(units_1 = 8, epochs = 100, learn_rate = 0.03)
    expect_match(output$code, "hidden_units = 8", fixed = TRUE)
    expect_match(output$code, "learn_rate = 0.03, epochs = 100", fixed = TRUE)
    expect_match(output$said, "After 100 epochs")
    expect_identical(output$said, run_words(play_run(units_1 = 8, epochs = 100, learn_rate = 0.03)))
  })
})

test_that("pictures are images that say their values", {
  with_server({
    for (id in c("curve", "loss", "units", "network")) {
      expect_match(output[[id]]$src, "^data:image/png|[.]png$")
    }
    expect_identical(output$curve$alt, curve_alt(play_run()))
  })
})

test_that("100 epochs more, and from the start again", {
  with_server({
    session$setInputs(more = 1)
    expect_match(output$said, "After 600 epochs")
    expect_match(output$code, "update(fit, epochs = 100)", fixed = TRUE)
    session$setInputs(more = 2)
    expect_match(output$said, "After 700 epochs")
    session$setInputs(again = 1)
    expect_match(output$said, "After 500 epochs")
    expect_no_match(output$code, "update")
  })
})

test_that("what is refused is said, and gone when it is mended", {
  with_server({
    move(optimizer = "fisher_scoring", learn_rate = 0.1)
    expect_match(output$said, "^No fit: .*learn_rate.* is not an option")
    expect_match(output$curve$alt, "there is no fit")
    move(optimizer = "sgd")
    expect_match(output$said, "After 500 epochs")
  })
})

test_that("warnings and findings are notes", {
  with_server({
    do.call(move, lesson_settings(playground_lessons$dead))
    expect_match(output$notes$html, "Warning: The network learned nothing")
    expect_match(output$notes$html, "Layer 1: Most units of the layer are dead")
    move(scale = TRUE)
    expect_no_match(output$notes$html, "Warning")
  })
})

test_that("a lesson tells its text", {
  with_server({
    session$setInputs(lesson_even = 1)
    expect_match(output$lesson, "^An even function[.] A parabola")
  })
})

test_that("it is watched, and ends as the fit in one go", {
  with_server({
    before <- output$said
    move(epochs = 100)
    whole <- output$code
    spoken <- output$said
    session$setInputs(watch = 1)
    expect_match(output$progress, "Training: epoch 1$")
    session$elapse(500)
    expect_match(output$progress, "Training: epoch [0-9]+$")
    session$elapse(10000)
    expect_identical(output$progress, "")
    expect_identical(output$code, whole)
    expect_identical(output$said, spoken)
    session$setInputs(watch = 2)
    expect_match(output$progress, "epoch 1$")
    session$setInputs(watch = 3) # stop
    expect_identical(output$progress, "")
    expect_identical(output$said, spoken)
    session$setInputs(watch = 4)
    move(epochs = 20)
    expect_identical(output$progress, "")
    expect_match(output$said, "After 20 epochs")
  })
})

test_that("what is watched may diverge, or have converged", {
  with_server({
    do.call(move, lesson_settings(playground_lessons$diverges))
    session$setInputs(watch = 1)
    session$elapse(10000)
    expect_match(output$said, "^Training diverged")
    move(units_1 = 0, scale = TRUE, optimizer = NA_character_, learn_rate = NA_real_)
    session$setInputs(watch = 2)
    session$elapse(10000)
    expect_match(output$said, "as far off as lm()", fixed = TRUE)
  })
})

test_that("pieces are all epochs, and grow", {
  for (epochs in c(1, 2, 7, 500, 5000)) {
    pieces <- watched_epochs(epochs, 30)
    expect_equal(sum(pieces), epochs)
    expect_true(all(pieces >= 1))
    expect_lte(length(pieces), 30)
  }
})

test_that("R's random numbers are the user's own", {
  with_server({
    set.seed(3)
    before <- .Random.seed
    move(data = "sine", validation = 0.25)
    session$setInputs(more = 1)
    expect_match(output$said, "After 600 epochs")
    expect_identical(.Random.seed, before)
  })
})

test_that("visitors do not see each other", {
  page <- new_playground(NULL, list(), environment())
  server <- playground_server(page)
  shiny::testServer(server, {
    said <- Map(written_control, page$controls, page$start[names(page$controls)])
    do.call(session$setInputs, said)
    session$elapse(100)
    session$setInputs(more = 1)
    expect_match(output$said, "After 600 epochs")
  })
  shiny::testServer(server, expect_match(output$said, "After 500 epochs"))
})
