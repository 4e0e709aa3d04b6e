# The vectors that a network has learned for the levels of factors.

# Their names among the parameters, as Python gives them.
table_names <- function(fit) {
  paste0("embed.", seq_along(embedded_in(fit)) - 1, ".weight", recycle0 = TRUE)
}

# The parameters with the names of factors and levels: a matrix with a row for each
# level; of a mean of networks an array, of which the first dimension is theirs.
with_level_names <- function(parameters, fit) {
  embedded <- embedded_in(fit)
  places <- match(table_names(fit), names(parameters))
  parameters[places] <- lapply(seq_along(embedded), function(j) {
    table <- parameters[[places[j]]]
    own <- list(as.character(unlist(embedded[[j]]$levels)), seq_len(embedded[[j]]$size))
    members <- if (members_of(fit) > 1) list(NULL)
    array(table, c(if (members_of(fit) > 1) members_of(fit), lengths(own)), c(members, own))
  })
  names(parameters)[places] <- embedded_parameters(fit)
  parameters
}

# Their names by the names of the factors.
embedded_parameters <- function(fit) paste0("embed.", embedded_names(fit), recycle0 = TRUE)

embedded_names <- function(fit) vapply(embedded_in(fit), `[[`, "", "name", USE.NAMES = FALSE)
