# From what a network gives to predictions, in the user's units (core: model/predictions.py).

# A fit that is ready to predict. The last one is kept: of a small network the making takes
# longer than what follows.
scorer_of <- function(state) {
  made_of <- state[c("parameters", "scaling", "options")]
  if (identical(cache$scorer$made_of, made_of)) return(cache$scorer$scorer)
  scorer <- new_scorer(state)
  if (sum(lengths(state$parameters)) <= 1e5) {
    cache$scorer <- list(made_of = made_of, scorer = scorer)
  }
  scorer
}

# A fit, or a replicate with its own parameters and scaling.
new_scorer <- function(state, parameters = state$parameters, scaling = state$scaling) {
  options <- state$options
  family <- loss_family(options$loss)
  heads <- loss_heads(options$loss)
  all_heads <- !is.na(family$heads_by)
  networks <- fitted_networks(parameters, options)
  scorer <- list(
    networks = networks, scaling = scaling, options = options, family = family, heads = heads,
    link = options$link %||% family$link,
    # of each row, after the members are averaged: what offsets know too
    final = if (!is.na(family$output)) family$output,
    responses = options$n_outputs / if (all_heads) 1 else length(heads), all_heads = all_heads
  )
  scorer$linear <- !length(networks[[1]]$layers) && length(networks) == 1 &&
    is.null(scorer$final) && is.null(networks[[1]]$skip) && !length(networks[[1]]$tables)
  if (scorer$linear) scorer$networks[[1]]$last <- linear_output(parameters, scaling, options)
  scorer
}

linear_output <- function(parameters, scaling, options) {
  if (is.null(scaling)) return(dense_layer(parameters, 0, options$n_outputs))
  weight <- as_weight(parameters$`0.weight`, options$n_outputs)
  scaled <- weight / rep(as.vector(scaling$x_scale), each = nrow(weight))
  dense_layer(list(`0.weight` = scaled, `0.bias` = parameters$`0.bias`), 0, nrow(weight))
}

rows_at_once <- 16384L # bounds the memory that hidden layers take

# Of each member (k, n), in the units of the training.
member_outputs <- function(scorer, x, call) {
  starts <- seq(1, nrow(x), by = rows_at_once)
  if (length(starts) == 1) return(outputs_of_part(scorer, x, call))
  parts <- lapply(starts, function(start) {
    rows <- start:min(start + rows_at_once - 1L, nrow(x))
    outputs_of_part(scorer, x[rows, , drop = FALSE], call)
  })
  lapply(seq_along(scorer$networks), function(i) do.call(cbind, lapply(parts, `[[`, i)))
}

outputs_of_part <- function(scorer, x, call) {
  inputs <- if (scorer$linear) {
    linear_inputs(x, scorer$scaling)
  } else {
    network_inputs(x, scorer$scaling, scorer$options)
  }
  if (is.null(inputs)) refuse_far(call)
  lapply(scorer$networks, network_output, inputs, scorer$options)
}

refuse_far <- function(call) {
  abort_nnfit("argument", "`x` is so far from the rows of the fit that predictions are beyond what
    numbers can be. Leave such rows out.", call)
}

# In the user's units.
decoded <- function(output, scaling) {
  if (is.null(scaling)) return(output)
  # A fit of an early version has no more than the scaling of the outcome.
  scale <- as.vector(scaling$output_scale %||% scaling$y_scale)
  output * scale + as.vector(scaling$output_center %||% scaling$y_center)
}

mean_of <- function(values) Reduce(`+`, values) / length(values)

# The link (k, n) of all members together; `offset`: as score_offset() gives it.
score_link <- function(scorer, x, offset, call) {
  outputs <- member_outputs(scorer, x, call)
  output <- if (length(outputs) == 1) outputs[[1]] else mean_of(outputs)
  if (!is.null(scorer$final)) output <- activations[[scorer$final]](output)
  link <- with_offset(decoded(output, scorer$scaling), scorer, offset)
  if (anyNA(link)) refuse_far(call)
  link
}

# Of each member by itself what is averaged over them, in the user's units.
member_scores <- function(scorer, x, call) {
  lapply(member_outputs(scorer, x, call), decoded, scorer$scaling)
}

# The link of each member.
member_links <- function(scorer, x, offset, call) {
  lapply(member_scores(scorer, x, call), function(score) {
    if (!is.null(scorer$final)) score <- activations[[scorer$final]](score)
    with_offset(score, scorer, offset)
  })
}

# The response of each member.
member_responses <- function(scorer, x, offset, call) {
  lapply(member_links(scorer, x, offset, call), response_of, scorer)
}

# Had the offset been added before the activation that ends the network.
with_offset <- function(link, scorer, offset) {
  if (is.null(offset)) return(link)
  if (is.null(scorer$final)) return(link + offset)
  offset_after[[scorer$final]](link, offset)
}

offset_after <- list(
  log_softmax = function(link, offset) activations$log_softmax(link + offset),
  # written so that a probability may be 0 or 1
  sigmoid = function(link, offset) link / (link + (1 - link) * exp(-offset))
)

# From the link (k, n) to the response; of several levels in ascending order.
response_of <- function(link, scorer) {
  if (nrow(link) > scorer$responses) link <- link[seq_len(scorer$responses), , drop = FALSE]
  response <- response_under(scorer$link)(link)
  levels <- length(scorer$heads)
  if (!scorer$all_heads || levels == 1) return(response)
  outcomes <- nrow(response) / levels
  by_level <- aperm(array(response, c(outcomes, levels, ncol(response))), c(2, 1, 3))
  by_level[] <- by_level[order(slice.index(by_level, 2:3), by_level)]
  matrix(aperm(by_level, c(2, 1, 3)), nrow(response))
}

response_under <- function(link) {
  switch(link,
    softmax = activations$softmax, margin = , probability = identity,
    # a mean may be beyond the link, and is NaN
    function(values) suppressWarnings(link_scales[[link]]$response(values))
  )
}

# What predict() gives, a row for each.
as_rows <- function(values) t(values)
