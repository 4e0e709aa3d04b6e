# Tables of the page: headings for rows and columns, numbers on the right, and a box that scrolls
# where they are wider than the screen.

# `frame`: the first column names the rows.
report_table <- function(frame, caption) {
  tags <- htmltools::tags
  numbers <- vapply(frame, is.numeric, NA)
  cells <- lapply(frame, table_text)
  class_of <- function(i) if (numbers[i]) "number"
  head <- lapply(seq_along(frame), function(i) {
    tags$th(scope = "col", class = class_of(i), names(frame)[i])
  })
  rows <- lapply(seq_len(nrow(frame)), function(k) {
    tags$tr(
      tags$th(scope = "row", cells[[1]][k]),
      lapply(seq_along(frame)[-1], function(i) tags$td(class = class_of(i), cells[[i]][k]))
    )
  })
  tags$div(
    class = "scrolls", tabindex = "0", role = "region", `aria-label` = caption,
    tags$table(tags$caption(caption), tags$thead(tags$tr(head)), tags$tbody(rows))
  )
}

# Four digits of each number; what is missing has an empty cell.
table_text <- function(column) {
  if (!is.numeric(column)) return(ifelse(is.na(column), "", as.character(column)))
  whole <- all(column == trunc(column), na.rm = TRUE) && all(abs(column) < 1e9, na.rm = TRUE)
  text <- vapply(column, function(x) {
    if (whole) with_commas(x) else format(signif(x, 4), digits = 4, decimal.mark = ".")
  }, "")
  ifelse(is.na(column), "", text)
}

# Names and what they stand for.
report_list <- function(items) {
  tags <- htmltools::tags
  tags$dl(class = "list", unname(Map(function(name, value) {
    list(tags$dt(name), tags$dd(value))
  }, names(items), items)))
}

most_shown <- 50 # rows of a table

# A long table ends, and says how long it is.
report_rows_of <- function(frame, caption, what) {
  shown <- utils::head(frame, most_shown)
  list(
    report_table(shown, caption),
    if (nrow(frame) > most_shown) {
      htmltools::tags$p(class = "note", paste0(
        "The first ", most_shown, " of ", counted(nrow(frame), what), "."
      ))
    }
  )
}
