skip_if_no_torch()

drawn_of <- function(draw, run) drawn(draw(run))

test_that("each picture can be drawn of every lesson", {
  for (name in names(playground_lessons)) {
    run <- play_lesson(name)
    for (draw in list(draw_run_curve, draw_run_loss, draw_run_units, draw_run_network)) {
      expect_gt(length(drawn_of(draw, run)), 0)
    }
  }
})

test_that("of what is no fit there is a picture that says so", {
  run <- play_run(seed = NA_real_)
  for (draw in list(draw_run_curve, draw_run_loss, draw_run_units, draw_run_network)) {
    expect_true("C_text" %in% drawn_of(draw, run))
  }
})

test_that("a curve is drawn where there is one, lm() in any case", {
  lines <- function(run) sum(drawn_of(draw_run_curve, run) == "C_plotXY")
  expect_identical(lines(play_run()), lines(play_lesson("diverges")) + 1L)
  expect_true("C_mtext" %in% drawn_of(draw_run_curve, play_lesson("diverges")))
})

test_that("a line is written in the place of its units", {
  expect_true("C_text" %in% drawn_of(draw_run_units, play_run(units_1 = 0)))
})
