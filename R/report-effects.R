# How predictions move with the variables that matter most.

most_effects <- 6 # pictures

report_effects <- function(about) {
  if (is.null(about$seen$data)) return(report_reason(about$seen$why))
  check_finite_fit(about)
  variables <- leading_variables(about)
  if (!length(variables)) return(report_reason("There are no variables to move by themselves."))
  pictures <- lapply(variables, function(variable) {
    found <- explained(about, nn_effects, variable)
    draw <- function() plot(found, main = shorten(variable))
    panels <- max(1, length(unique(found[["response"]])))
    report_picture(draw, effect_alt(found, variable), if (panels > 3) "many" else panels_of(panels))
  })
  list(
    htmltools::tags$p(
      "The mean prediction if all rows had this value of a variable, the others being what they",
      "are; marks at the foot are deciles of the data."
    ),
    htmltools::tags$div(class = "pictures", pictures)
  )
}

# The most important ones first, where that is known.
leading_variables <- function(about) {
  found <- tryCatch(importance_of_report(about)$term, error = function(error) NULL)
  found <- found %||% names(predictor_frame(about$fit, about$seen$data))
  utils::head(found, most_effects)
}

effect_alt <- function(found, variable) {
  ends <- vapply(range(found$effect), function(x) format(signif(x, 3)), "")
  paste0(
    "The mean prediction along ", variable, ", between ", ends[1], " and ", ends[2],
    if ("conf.low" %in% names(found)) ", with limits", "."
  )
}
