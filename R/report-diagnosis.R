# What nn_diagnose() says.

report_diagnosis <- function(about) {
  if (is.null(about$seen$data)) return(report_reason(about$seen$why))
  found <- diagnosis_of(
    about$fit, about$seen$given, about$module, about$call, about$user
  )
  list(
    diagnosis_findings(found$checks),
    if (any(!is.na(beyond_limit(found$checks)))) {
      htmltools::tags$div(class = "pictures", report_picture(
        function() plot(found), diagnosis_alt(found$checks), "tall"
      ))
    },
    diagnosis_passed(found$checks)
  )
}

diagnosis_findings <- function(checks) {
  tags <- htmltools::tags
  bad <- checks[checks$verdict %in% c("look", "useless"), ]
  if (!nrow(bad)) return(tags$p("Nothing was found that should be looked at."))
  bad <- bad[order(bad$verdict != "useless"), ]
  tags$ul(class = "findings", lapply(seq_len(nrow(bad)), function(i) {
    layer <- if (!is.na(bad$layer[i])) paste0(", layer ", bad$layer[i])
    tags$li(
      tags$strong(paste0(check_title(bad$check[i]), layer, ": ", signif(bad$value[i], 3),
        " (limit ", signif(bad$limit[i], 3), "). ")),
      with_code(bad$says[i])
    )
  }))
}

diagnosis_passed <- function(checks) {
  lines <- passed_lines(checks)
  lines <- lines[nzchar(lines)]
  # Each was cut to the width of a console, and goes on after spaces.
  said <- split(trimws(lines), cumsum(!startsWith(lines, " ")))
  lapply(unname(said), function(lines) {
    text <- paste(lines, collapse = " ")
    report_note(paste0(toupper(substr(text, 1, 1)), substring(text, 2)))
  })
}

diagnosis_alt <- function(checks) {
  counts <- table(checks$verdict)
  paste0(
    "Points of each check by how its value compares with its limit: ", counts[["ok"]], " well, ",
    counts[["look"]] + counts[["useless"]], " to be looked at."
  )
}
