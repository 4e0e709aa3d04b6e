# The page, as HTML: plain elements that a keyboard and a screen reader know, and shiny's
# outputs among them.

playground_page <- function(controls, start) {
  tags <- shiny::tags
  shiny::htmlTemplate(
    playground_file("page.html"), document_ = TRUE,
    style = tags$style(shiny::HTML(read_text("style.css"))),
    script = tags$script(shiny::HTML(read_text("controls.js"))),
    lessons = lesson_buttons(),
    buttons = run_buttons(),
    controls = lapply(names(control_groups), group_of_controls, controls, start),
    curve = shiny::plotOutput("curve", height = "100%"),
    loss = shiny::plotOutput("loss", height = "100%"),
    units = shiny::plotOutput("units", height = "100%"),
    network = shiny::plotOutput("network", height = "100%"),
    said = shiny::textOutput("said", container = tags$p),
    progress = shiny::textOutput("progress", container = tags$span),
    notes = shiny::uiOutput("notes"),
    lesson = shiny::textOutput("lesson", container = tags$p),
    code = shiny::textOutput("code", container = tags$code)
  )
}

playground_file <- function(name) system.file("playground", name, package = "nnfit")

read_text <- function(name) {
  paste(readLines(playground_file(name), encoding = "UTF-8"), collapse = "\n")
}

lesson_buttons <- function() {
  lapply(names(playground_lessons), function(id) {
    button(paste0("lesson_", id), playground_lessons[[id]]$title)
  })
}

run_buttons <- function() {
  list(
    button("weights", "New initial weights"), button("more", "100 epochs more"),
    button("again", "Train again from the start"), button("watch", "Watch it train"),
    refusal_place("more")
  )
}

button <- function(id, label) {
  shiny::tags$button(id = id, type = "button", class = "action-button", label)
}

control_groups <- c(network = "Network", training = "Training", data = "Data")

group_of_controls <- function(group, controls, start) {
  of_group <- names(Filter(function(control) control$group == group, controls))
  shiny::tags$fieldset(
    shiny::tags$legend(control_groups[[group]]),
    lapply(of_group, function(id) {
      field <- control_field(id, controls[[id]], start[[id]])
      if (controls[[id]]$made) shiny::conditionalPanel(if_made(controls$data), field) else field
    })
  )
}

# In the language of the page: are the data made there?
if_made <- function(data) {
  made <- which(data$values %in% names(made_outcomes))
  sprintf("%s.includes(input.data)", jsonlite::toJSON(as.character(made)))
}

# A control with its label, its help, and the place of what is refused of it.
control_field <- function(id, control, value) {
  tags <- shiny::tags
  told <- paste0(id, if (is.null(control$help)) "-refused" else c("-help ", "-refused"),
    collapse = "")
  made <- field_makers[[control$kind]](id, control, written_control(control, value), told)
  tags$div(
    class = paste("field", control$kind), id = paste0(id, "-field"), made,
    if (!is.null(control$help)) tags$p(id = paste0(id, "-help"), class = "help", control$help),
    refusal_place(id)
  )
}

refusal_place <- function(id) {
  shiny::tags$p(id = paste0(id, "-refused"), class = "refused", hidden = NA)
}

field_makers <- list(
  slide = function(id, control, value, told) {
    tags <- shiny::tags
    label <- control$labels[value]
    list(
      tags$label(`for` = id, control$label),
      tags$span(class = "value", id = paste0(id, "-value"), `aria-hidden` = "true", label),
      tags$input(
        type = "range", class = "nn-slide", id = id, min = 1, max = length(control$labels),
        step = 1, value = value, `data-labels` = jsonlite::toJSON(control$labels),
        `aria-valuetext` = label, `aria-describedby` = told
      )
    )
  },
  choice = function(id, control, value, told) {
    tags <- shiny::tags
    options <- lapply(seq_along(control$labels), function(i) {
      tags$option(value = i, selected = if (i == value) NA, control$labels[[i]])
    })
    list(
      tags$label(`for` = id, control$label),
      tags$select(id = id, `aria-describedby` = told, options)
    )
  },
  number = function(id, control, value, told) {
    tags <- shiny::tags
    list(
      tags$label(`for` = id, control$label),
      tags$input(
        type = "number", id = id, value = value, min = 0, step = 1, `aria-describedby` = told
      )
    )
  },
  flag = function(id, control, value, told) {
    tags <- shiny::tags
    list(
      tags$input(
        type = "checkbox", id = id, checked = if (value) NA, `aria-describedby` = told
      ),
      tags$label(`for` = id, control$label)
    )
  }
)
