# The drawing of a network: where its units stand, and the weights between them.

# Of a mean of networks the first one is drawn, and the title says so.
network_picture <- function(fit, bias, call) {
  members <- members_of(fit)
  fit <- first_member(fit)
  layers <- dense_layers(fit, call)
  sizes <- c(ncol(layers[[1]]$weight), vapply(layers, function(x) nrow(x$weight), integer(1)))
  units <- lapply(seq_along(sizes), function(layer) layer_units(layer, sizes[layer]))
  units <- do.call(rbind, units)
  if (bias) units <- rbind(units, bias_units(layers, units))
  edges <- lapply(seq_along(layers), function(layer) layer_edges(layers[[layer]], layer, units))
  edges <- tibble::as_tibble(do.call(rbind, c(edges, list(skip_edges(fit, units)))))
  # What the elastic net keeps at zero is no connection.
  edges <- edges[!edges$weight %in% 0, ]
  new_picture(
    # The heavy ones are drawn last, on top.
    edges[order(abs(edges$weight)), ], "nn_network",
    units = tibble::as_tibble(units),
    captions = layer_captions(sizes, fit),
    title = if (members > 1) paste("The first of", members, "networks whose mean is the fit"),
    labels = list(inputs = shorten(input_names(fit), 25), outputs = shorten(output_names(fit), 25))
  )
}

# The weight matrices in order, each with its bias, where each feeds the next.
dense_layers <- function(fit, call) {
  parameters <- fit$parameters[setdiff(names(fit$parameters), c(fit$buffers, table_names(fit)))]
  dims <- lapply(parameters, function(parameter) dim(parameter) %||% 1L)
  weights <- setdiff(names(parameters)[lengths(dims) >= 2], if (has_skip(fit)) "skip.weight")
  outputs <- vapply(dims[weights], `[`, integer(1), 1)
  inputs <- vapply(dims[weights], `[`, integer(1), 2)
  follow <- length(weights) > 0 && all(lengths(dims) <= 2) &&
    all(utils::head(outputs, -1) == inputs[-1])
  if (!follow) {
    abort_nnfit("argument", c(
      "{.arg which} {.val network} draws dense layers of which each feeds the next.",
      "x" = "The parameters of this module are of another kind.",
      "i" = "{.code summary(fit)} lists its layers."
    ), call)
  }
  lapply(weights, function(name) {
    list(weight = parameters[[name]], bias = parameters[[sub("weight$", "bias", name)]])
  })
}

# Parameters of members stand side by side in their first dimension.
first_member <- function(fit) {
  if (members_of(fit) == 1) return(fit)
  fit <- unclass(fit)
  fit$parameters <- lapply(fit$parameters, function(values) {
    size <- dim(values)
    first <- matrix(values, size[1])[1, ]
    if (length(size) > 2) array(first, size[-1]) else as.vector(first)
  })
  fit$options$members <- 1
  structure(fit, class = "nn_fit")
}

max_units <- 12

# Of a large layer the first 6 and the last 5 units, and a gap that takes the
# place of one. A unit stands at its slot, counted from the top.
layer_units <- function(layer, size) {
  if (size <= max_units) {
    unit <- slot <- seq_len(size)
  } else {
    unit <- c(1:6, rep(NA, 3), size - 4:0)
    slot <- c(1:6, 7 + c(-0.22, 0, 0.22), 8:12)
  }
  data.frame(
    layer = layer, unit = unit, kind = ifelse(is.na(unit), "gap", "unit"),
    x = layer, y = (min(size, max_units) + 1) / 2 - slot
  )
}

# One step above the highest unit of all, so that no line crosses it.
bias_units <- function(layers, units) {
  with_bias <- which(vapply(layers, function(layer) !is.null(layer$bias), NA))
  if (!length(with_bias)) return(NULL)
  data.frame(layer = with_bias, unit = 0, kind = "bias", x = with_bias, y = max(units$y) + 1)
}

layer_edges <- function(layer, number, units, end = number + 1) {
  # Column 1 for the bias, unit 0.
  weights <- cbind(as.vector(layer$bias) %||% NA, layer$weight)
  from <- units[units$layer == number & units$kind != "gap", ]
  to <- units[units$layer == end & units$kind == "unit", ]
  pair <- expand.grid(from = seq_len(nrow(from)), to = seq_len(nrow(to)))
  from <- from[pair$from, ]
  to <- to[pair$to, ]
  data.frame(
    layer = number, from = from$unit, to = to$unit, weight = weights[cbind(to$unit, from$unit + 1)],
    x = from$x, y = from$y, xend = to$x, yend = to$y
  )
}

# The connection past all hidden layers: of no layer, so layer 0. A line each of two
# pieces, which sags between the units, as a straight one would run over them.
skip_edges <- function(fit, units) {
  if (!has_skip(fit)) return(NULL)
  layer <- list(weight = fit$parameters[["skip.weight"]])
  edges <- layer_edges(layer, 1, units, max(units$layer))
  edges <- edges[edges$from > 0, ]
  edges$layer <- rep(0, nrow(edges))
  middle <- (edges$x + edges$xend) / 2
  sag <- (edges$y + edges$yend) / 2 - 0.25
  rbind(transform(edges, xend = middle, yend = sag), transform(edges, x = middle, y = sag))
}

has_skip <- function(fit) isTRUE(fit$options$skip)

# Without the backticks that model.matrix() puts around a name with blanks.
input_names <- function(fit) {
  columns <- gsub("`", "", fit$columns$names %||% paste0("x", seq_len(fit$columns$number)))
  embedded <- embedded_in(fit)
  if (!length(embedded)) return(columns)
  numbers <- lapply(embedded, function(one) paste0(one$name, ":", seq_len(one$size)))
  c(columns[-(vapply(embedded, `[[`, 1, "column") + 1)], unlist(numbers))
}

output_names <- function(fit) {
  levels <- fit$outcome$levels
  if (!is.null(levels)) return(utils::tail(levels, fit$options$n_outputs))
  column_names(fit, fit$options$n_outputs) %||% outcome_names(fit)
}

# "4 inputs", "16 relu", "3 outputs": the sizes, also of what is elided.
layer_captions <- function(sizes, fit) {
  hidden <- length(sizes) - 2
  last <- ""
  between <- if (is.null(fit$module_key)) {
    hidden_layers(fit, component_name)
  } else {
    bends <- own_activations(fit, hidden + 1)
    last <- utils::tail(bends, 1)
    of <- ifelse(nzchar(bends), bends, "hidden")
    paste(sizes[-1], of)[seq_len(hidden)]
  }
  plural <- function(size, word) paste0(size, " ", word, if (size > 1) "s")
  output <- plural(sizes[hidden + 2], "output")
  c(plural(sizes[1], "input"), between, paste0(output, if (nzchar(last)) ", ", last))
}

# Of a module of one's own: the activation after each of its `number` dense layers, or "". Told
# of a plain sequence alone, whose parts have numbers as names and are in the order of their use.
own_activations <- function(fit, number) {
  names <- vapply(fit$layers, `[[`, "", "name")
  class <- sub("[(].*", "", vapply(fit$layers, `[[`, "", "layer"))
  known <- catalog("activation")
  dense <- which(class == "Linear")
  if (length(dense) != number || !all(grepl("^[0-9]+$", names))) return(rep("", number))
  names <- known$name[match(class[dense + 1], known$torch, incomparables = "")]
  ifelse(is.na(names), "", names)
}

# Names of the units that are shown, for one side of the drawing.
end_units <- function(picture, side) {
  units <- attr(picture, "units")
  layer <- if (side == "inputs") 1 else max(units$layer)
  shown <- units[units$layer == layer & units$kind == "unit", ]
  label <- attr(picture, "labels")[[side]][shown$unit]
  tibble::tibble(side = side, x = shown$x, y = shown$y, label = label)
}

# Sign and relative size of each weight, as both systems draw them.
edge_styles <- function(edges) {
  largest <- max(abs(edges$weight), .Machine$double.xmin)
  size <- abs(edges$weight) / largest
  tibble::tibble(
    sign = factor(ifelse(edges$weight < 0, "negative", "positive"), names(sign_styles)),
    size = size, alpha = 0.15 + 0.85 * size
  )
}
