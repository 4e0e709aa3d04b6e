# How training went.

report_training <- function(about) {
  fit <- about$fit
  table <- loss_table(fit)
  lines <- c(
    describe_result(fit, 4), line_of(describe_metrics(fit, 4)), line_of(describe_fault(fit))
  )
  log <- if (falls_far(unlist(table[intersect(loss_columns, names(table))]))) "y" else ""
  list(
    lapply(lines, htmltools::tags$p),
    htmltools::tags$div(class = "pictures",
      if (nrow(table) > 2) {
        report_picture(function() draw_losses(loss_picture(fit), log = log), loss_words(table, log))
      },
      if (!is.null(fit$tuning)) {
        report_picture(function() plot(fit, "tuning"), tuning_words(fit))
      }
    )
  )
}

# The picture in words.
loss_words <- function(table, log) {
  of <- function(column, name) {
    if (!length(column)) return(NULL)
    ends <- vapply(column[c(1, length(column))], function(x) format(signif(x, 3)), "")
    paste0(" In ", name, " it goes from ", ends[1], " to ", ends[2], ".")
  }
  paste0(
    "Lines of the loss over ", counted(nrow(table), "epoch"),
    if (log == "y") ", on a logarithmic axis", ".", of(table$train_loss, "training"),
    of(table[["valid_loss"]], "validation")
  )
}

tuning_words <- function(fit) {
  paste0(
    "Points of the loss on rows held out for each of ", length(fit$tuning$penalty),
    " penalties, with standard errors; the one chosen is ", signif(fit$options$penalty, 3), "."
  )
}
