# The server: inputs become settings, settings a run, and a run pictures and words. What it
# computes is in the other files of this room.

# `page`: its `datasets`, `controls`, `start` (settings), `held` (options), and its `first` run.
playground_server <- function(page) {
  function(input, output, session) {
    state <- shiny::reactiveValues(
      run = page$first, lesson = "", watching = FALSE, frames = numeric(), begun = FALSE
    )
    train <- function(settings) playground_run(page$datasets[[settings$data]], settings, page$held)
    settings <- shiny::debounce(shiny::reactive(read_settings(page$controls, input)), 40)

    shiny::observeEvent(settings(), {
      end_watching(state, session)
      if (!is_same_run(state$run, settings())) state$run <- train(settings())
    })
    shiny::observeEvent(input$again, {
      end_watching(state, session)
      state$run <- train(settings())
    })
    shiny::observeEvent(input$more, {
      end_watching(state, session)
      state$run <- run_on(state$run, 100)
    })
    shiny::observeEvent(input$weights, {
      seed <- input$seed
      tell_page(session, page$controls, list(seed = if (is_whole(seed)) seed + 1 else 1))
    })
    serve_lessons(input, state, session, page)
    serve_watching(input, state, session, settings, train)
    serve_pictures(output, state)
    serve_words(output, state, session)
  }
}

# NULL until the page has said all of them.
read_settings <- function(controls, input) {
  given <- lapply(stats::setNames(names(controls), names(controls)), function(id) input[[id]])
  if (any(vapply(given, is.null, NA))) shiny::req(FALSE)
  Map(read_control, controls, given)
}

is_same_run <- function(run, settings) {
  length(run$calls) == 1 && is.null(run$refusal) && identical(run$settings, settings[
    names(run$settings)])
}

tell_page <- function(session, controls, settings) {
  for (id in names(settings)) {
    value <- written_control(controls[[id]], settings[[id]])
    session$sendInputMessage(id, list(value = value))
  }
}

serve_lessons <- function(input, state, session, page) {
  lapply(names(playground_lessons), function(id) {
    shiny::observeEvent(input[[paste0("lesson_", id)]], {
      lesson <- playground_lessons[[id]]
      state$lesson <- paste0(lesson$title, ". ", lesson$text)
      tell_page(session, page$controls, lesson_settings(lesson))
    })
  })
}

# Training on in pieces, each drawn: `frames` are the epochs that each has.
serve_watching <- function(input, state, session, settings, train) {
  shiny::observeEvent(input$watch, {
    if (state$watching) {
      end_watching(state, session)
      state$run <- train(settings())
      return()
    }
    state$frames <- watched_epochs(settings()$epochs, if (isTRUE(input$still)) 5 else 30)
    state$begun <- FALSE
    state$watching <- TRUE
    shiny::updateActionButton(session, "watch", label = "Stop")
  })
  clock <- watch_clock(input, state, session)
  shiny::observeEvent(clock(), {
    run <- next_frame(state, settings(), train)
    if (is.null(run) || length(run$refusal)) {
      end_watching(state, session)
      # In one go, as the code has it.
      run <- train(settings())
    }
    state$frames <- state$frames[-1]
    state$begun <- TRUE
    state$run <- run
  })
}

# NULL where there is none left.
next_frame <- function(state, settings, train) {
  if (!length(state$frames)) return(NULL)
  if (state$begun) return(run_on(state$run, state$frames[1]))
  train(utils::modifyList(settings, list(epochs = state$frames[1])))
}

# Ticks while it is watched.
watch_clock <- function(input, state, session) {
  shiny::reactive({
    shiny::req(state$watching)
    shiny::invalidateLater(if (isTRUE(shiny::isolate(input$still))) 1000 else 120, session)
    Sys.time()
  })
}

end_watching <- function(state, session) {
  if (!state$watching) return(invisible())
  state$watching <- FALSE
  shiny::updateActionButton(session, "watch", label = "Watch it train")
}

# Pieces that grow, as most happens early; together all epochs.
watched_epochs <- function(epochs, pieces) {
  ends <- unique(round(exp(seq(0, log(epochs), length.out = pieces))))
  diff(c(0, ends))
}

serve_pictures <- function(output, state) {
  picture <- function(draw, alt) {
    shiny::renderPlot(draw(state$run), res = 80, alt = shiny::reactive(alt(state$run)))
  }
  output$curve <- picture(draw_run_curve, curve_alt)
  output$loss <- picture(draw_run_loss, loss_alt)
  output$units <- picture(draw_run_units, units_alt)
  output$network <- picture(draw_run_network, network_alt)
}

# While it is watched nothing is read out: what is live stays as it was.
serve_words <- function(output, state, session) {
  resting <- function(run) shiny::req(!state$watching, cancelOutput = TRUE)
  output$said <- shiny::renderText({
    resting()
    run_words(state$run)
  })
  output$progress <- shiny::renderText({
    if (state$watching) paste("Training: epoch", epochs_of(state$run)) else ""
  })
  output$notes <- shiny::renderUI({
    resting()
    note_list(state$run$warnings, c(line_words(state$run), diagnosis_words(state$run)))
  })
  output$lesson <- shiny::renderText(state$lesson)
  output$code <- shiny::renderText({
    resting()
    run_code(state$run)
  })
  shiny::observe({
    refusal <- state$run$refusal
    session$sendCustomMessage("nnfit.refused", as.list(refusal %||% c(control = "", message = "")))
  })
}

note_list <- function(warnings, found) {
  if (!length(c(warnings, found))) return(NULL)
  tags <- shiny::tags
  tags$ul(
    lapply(warnings, function(text) tags$li(class = "warning", paste("Warning:", text))),
    lapply(found, tags$li)
  )
}
