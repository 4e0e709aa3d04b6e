# A picture of every kind, of numbers that are written here: what is drawn of them is the same on
# every machine, which what a fit has learned is not.

fixed_pictures <- function() {
  list(
    loss = fixed_losses(), observed = fixed_observed(), residuals = fixed_residuals(),
    curve = fixed_curve(), confusion = fixed_confusion(), probability = fixed_probability(),
    network = fixed_network(), tuning = fixed_tuning(), rates = fixed_rates(),
    embedding = fixed_embedding(), diagnose = fixed_diagnosis(), cv = fixed_cv(),
    activations = fixed_activations(), fits = fixed_fits(), estimates = fixed_estimates(),
    path = fixed_path(), losses = fixed_descents(), importance = fixed_importance(),
    shap_values = fixed_shap("values"), shap_mean = fixed_shap("mean"),
    shap_dependence = fixed_shap("dependence"),
    effects = fixed_effect_curves(),
    single = fixed_single_curves(), levels = fixed_effect_levels(),
    surface = fixed_effect_surface(), average = fixed_average_effects(),
    search = searched_picture(fixed_search(stages = fixed_stages()))
  )
}

parts <- function(number, every = 4) {
  factor(
    ifelse(seq_len(number) %% every == 0, "validation", "training"), c("training", "validation")
  )
}

wave <- function(number, high = 1) high * sin(7 * seq_len(number)^2)

fixed_losses <- function() {
  epoch <- 1:40
  table <- tibble::tibble(
    epoch = epoch, train_loss = 60 * exp(-epoch / 5) + 0.2,
    valid_loss = 55 * exp(-epoch / 5) + 0.6 + epoch / 50
  )
  new_picture(table, "nn_loss_table", loss = "mean squared error", best_epoch = 17L)
}

fixed_observed <- function(number = 24) {
  observed <- seq(2, 30, length.out = number)
  table <- tibble::tibble(
    panel = factor(rep("c", number)), part = parts(number), observed = observed,
    predicted = observed + wave(number, 3)
  )
  new_picture(table, "nn_observed", labels = c("observed length (cm)", "predicted length (cm)"))
}

fixed_residuals <- function() {
  table <- fixed_observed()
  table <- tibble::tibble(
    panel = table$panel, part = table$part, fitted = table$predicted,
    residual = table$observed - table$predicted, trend = wave(nrow(table), 0) + 0.4
  )
  new_picture(table, "nn_residuals", labels = c("fitted length (cm)", "residual of length (cm)"))
}

fixed_curve <- function() {
  x <- seq(20, 80, length.out = 16)
  grid <- seq(20, 80, length.out = 41)
  points <- tibble::tibble(
    panel = factor("c"), part = as.character(parts(16)), x = x, y = x^2 / 250 + wave(16, 2),
    lwr = NA_real_, upr = NA_real_
  )
  line <- tibble::tibble(
    panel = factor("c"), part = "curve", x = grid, y = grid^2 / 250, lwr = grid^2 / 250 - 2,
    upr = grid^2 / 250 + 2
  )
  new_picture(rbind(points, line), "nn_curve", labels = c("reading u", "temperature (C)"))
}

fixed_confusion <- function(classes = c("setosa", "versicolor", "virginica")) {
  counts <- data.frame(
    part = factor(rep(c("training", "validation"), c(7, 4)), c("training", "validation")),
    observed = classes[c(1, 2, 2, 2, 3, 3, 3, 1, 2, 3, 3)],
    predicted = classes[c(1, 2, 1, 3, 3, 2, 1, 1, 2, 3, 2)],
    n = c(36L, 33L, 1L, 2L, 30L, 4L, 1L, 14L, 12L, 12L, 3L)
  )
  counts$right <- counts$observed == counts$predicted
  for (name in c("observed", "predicted")) counts[[name]] <- factor(counts[[name]], classes)
  tiles <- do.call(rbind, unname(lapply(split(counts, counts$part), mosaic_tiles)))
  new_picture(tibble::as_tibble(cbind(counts, tiles)), "nn_confusion")
}

fixed_probability <- function(number = 36) {
  class <- rep(1:3, each = number / 3)
  table <- tibble::tibble(
    observed = factor(c("setosa", "versicolor", "virginica")[class]),
    position = class + spread(class), probability = 1 - abs(wave(number))^3 * class / 3.2,
    part = parts(number)
  )
  new_picture(table, "nn_probability")
}

# What network_picture() asks of a fit.
fixed_network <- function(hidden = 5, inputs = c("displacement", "hp", "wt"), bias = TRUE) {
  weights <- function(to, from, by) matrix(sin(seq_len(to * from) * by), to)
  fit <- structure(list(
    parameters = list(
      `0.weight` = weights(hidden, length(inputs), 3), `0.bias` = array(wave(hidden)),
      `2.weight` = weights(2, hidden, 5), `2.bias` = array(wave(2))
    ),
    buffers = character(), columns = list(names = inputs, number = length(inputs)),
    outcome = list(kind = "numeric", levels = NULL, names = c("mpg", "qsec")),
    options = list(
      loss = "mse", n_outputs = 2, skip = FALSE, hidden_units = hidden, activation = "relu",
      dropout = 0, members = 1
    )
  ), class = "nn_fit")
  network_picture(fit, bias, NULL)
}

fixed_tuning <- function() {
  table <- tibble::tibble(
    penalty = 10^(-5:0), valid_loss = c(9, 8, 7, 6, 8, 20), std_error = c(2, 2, 1.5, 1, 1.5, 3),
    chosen = 1:6 == 4
  )
  table$lower <- table$valid_loss - table$std_error
  table$upper <- table$valid_loss + table$std_error
  new_picture(
    table, "nn_tuning", labels = c("penalty", "mean squared error on rows held out")
  )
}

fixed_rates <- function() {
  rate <- 10^seq(-6, 0, length.out = 40)
  table <- tibble::tibble(learn_rate = rate, loss = 38 / (1 + 40 * rate) + 300 * rate^6)
  new_picture(
    table, "nn_rates", chosen = 0.1,
    labels = c("learn_rate", "mean squared error in the trial run")
  )
}

fixed_embedding <- function() {
  levels <- c("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
  table <- tibble::tibble(
    panel = factor("day"), level = levels, x = c(1, 1.1, 0.9, 1, 0.5, -1.2, -1.4),
    y = c(-0.2, 0.3, 0.1, -0.5, 0.8, 0.7, -0.6)
  )
  new_picture(table, "nn_embedding", labels = list(day = c("number 1", "number 2")))
}

fixed_diagnosis <- function() {
  table <- check_table()
  names <- table$name[!duplicated(table$title)][1:6]
  verdicts <- c("ok", "look", "ok", "useless", "ok", "ok")
  checks <- tibble::tibble(
    check = names, layer = c(NA, NA, 1L, 2L, NA, NA), value = c(0.1, 30, 0.05, 200, 0.4, 0.02),
    limit = 1, verdict = factor(verdicts, names(verdict_styles))
  )
  structure(list(checks = checks), class = "nn_diagnose")
}

fixed_cv <- function() {
  history <- lapply(1:4, function(fold) {
    epoch <- seq_len(if (fold == 2) 24 else 30)
    list(
      train_loss = (30 + fold) * exp(-epoch / 6) + 1,
      valid_loss = (30 + 4 * fold) * exp(-epoch / 7) + 2 + fold / 3
    )
  })
  structure(list(history = history, options = list(loss = "l1")), class = "nn_cv")
}

fixed_activations <- function() {
  input <- seq(-3, 3, by = 0.25)
  table <- tibble::tibble(
    activation = factor(rep(c("relu", "tanh", "leaky_relu(negative_slope=0.1)"), each = 25)),
    output = c(pmax(input, 0), tanh(input), pmax(input, 0.1 * input)), input = rep(input, 3)
  )
  new_picture(table, "nn_activation_table")
}

ways <- c("qr", "plain", "momentum", "lbfgs")
way_styles <- function() method_styles(ways, ways == "qr")

fixed_fits <- function() {
  x <- seq(20, 80, length.out = 12)
  slopes <- c(0.5, 0.3, 0.49, 0.505)
  rows <- lapply(seq_along(ways), function(k) {
    tibble::tibble(method = ways[k], x = x, y = slopes[k] * x - 8)
  })
  table <- do.call(rbind, rows)
  table$method <- factor(table$method, ways)
  new_picture(
    table, "nn_compared_fits", observed = tibble::tibble(x = x, y = 0.5 * x - 8 + wave(12, 3)),
    labels = c("reading u", "temperature (C)"), styles = way_styles()
  )
}

fixed_estimates <- function() {
  terms <- c("(Intercept)", "displacement", "wt")
  table <- tibble::tibble(
    method = factor(rep(ways, each = 3), ways), term = factor(rep(terms, 4), rev(terms)),
    gap_se = c(0, 0, 0, 9, -1.2, -0.6, 0.3, -7, 0.2, 0.01, -0.01, 0.02)
  )
  table$beyond <- abs(table$gap_se) > 4
  table$shown <- pmax(-4, pmin(4, table$gap_se))
  new_picture(table, "nn_compared_estimates", half = 2, styles = way_styles())
}

fixed_path <- function() {
  steps <- 0:20
  rows <- list(
    tibble::tibble(method = "plain", x = 1 - 0.9^steps, y = 2 * (1 - 0.75^steps)),
    tibble::tibble(
      method = "momentum", x = 1 - cos(steps) * 0.7^steps, y = 2 - 2 * cos(steps / 2) * 0.8^steps
    )
  )
  table <- do.call(rbind, rows)
  table$method <- factor(table$method, ways)
  room <- list(x = c(-0.3, 1.6), y = c(-0.3, 2.9))
  grid <- lapply(room, function(ends) seq(ends[1], ends[2], length.out = 20))
  surface <- c(grid, list(
    z = outer(grid$x, grid$y, function(a, b) 4 * (a - 1)^2 + (b - 2)^2 + (a - 1) * (b - 2))
  ))
  new_picture(
    table, "nn_compared_path", answer = c(`(Intercept)` = 1, u = 2), room = room,
    surface = surface, styles = way_styles()
  )
}

fixed_descents <- function() {
  epoch <- c(1:10, seq(20, 1000, by = 20))
  rows <- list(
    tibble::tibble(method = "plain", epoch = epoch, loss = 3e5 / epoch^2 + 2.5),
    tibble::tibble(method = "momentum", epoch = epoch, loss = 2e5 / epoch^3 + 2.5)
  )
  table <- do.call(rbind, rows)
  table$method <- factor(table$method, ways)
  new_picture(
    table, "nn_compared_losses", least = 2.5, loss = "mean squared error", styles = way_styles()
  )
}

fixed_importance <- function() {
  importance <- c(12, 7, 2.5, 0.1, -1.5)
  half <- c(4, 3, 1.5, 0.4, 1)
  table <- tibble::tibble(
    term = c("weight", "power", "cylinders", "gear", "weight:power"), importance = importance,
    std.error = half / 2, conf.low = importance - half, conf.high = importance + half
  )
  new_picture(table, "nn_importance",
    metric = "loss", label = "mean squared error", baseline = 4, rows = 32L, part = "training",
    repeats = 10L, level = 0.95, pairs = "weight:power"
  )
}

fixed_shares <- function(number = 30) {
  rows <- data.frame(
    weight = 3 + wave(number), cyl = factor(c("four", "six", "eight")[seq_len(number) %% 3 + 1])
  )
  estimate <- c(rbind(2 * (3 - rows$weight) + wave(number, 0.3), as.integer(rows$cyl) - 2))
  table <- tibble::tibble(
    row = rep(seq_len(number), each = 2), term = rep(c("weight", "cyl"), number),
    value = c(rbind(format(rows$weight, digits = 3), as.character(rows$cyl))), estimate = estimate
  )
  new_picture(table, "nn_shap",
    predictions = tibble::tibble(row = seq_len(number), predicted = 20, baseline = 20),
    rows = rows, players = list(weight = "weight", cyl = "cyl"), background = 30L,
    predict_type = "response", outcome = "prediction of mpg"
  )
}

fixed_shap <- function(which) shap_picture(fixed_shares(), which, NULL, NULL)

fixed_effect_curves <- function(groups = c("petrol", "diesel"), single = NULL) {
  x <- rep(seq(1, 5, length.out = 41), length(groups))
  group <- factor(rep(groups, each = 41), groups)
  y <- 30 - 4 * x + as.integer(group) * sin(x)
  table <- tibble::tibble(
    panel = factor(""), group = group, x = x, y = y, lwr = y - 1.5, upr = y + 1.5, row = NA
  )
  new_picture(table, "nn_effect_curves",
    labels = c("weight (t)", "mean consumption"), title = "Partial dependence",
    deciles = 1 + 4 * (0:10 / 10)^2, group = if (length(groups) > 1) "fuel", single = single
  )
}

fixed_single_curves <- function() {
  x <- seq(1, 5, length.out = 21)
  rows <- lapply(1:12, function(row) {
    tibble::tibble(
      panel = factor(""), group = factor("all"), x = x, y = 32 - 4 * x + wave(12, 4)[row],
      lwr = NA, upr = NA, row = row
    )
  })
  fixed_effect_curves("all", do.call(rbind, rows))
}

fixed_effect_levels <- function() {
  y <- c(28, 24, 17, 26, 23, 19)
  table <- tibble::tibble(
    panel = factor(""), level = factor(rep(c("four", "six", "eight"), 2)),
    group = factor(rep(c("auto", "manual"), each = 3)), y = y, lwr = y - 2, upr = y + 1:6 / 2
  )
  table$level <- factor(table$level, c("four", "six", "eight"))
  new_picture(table, "nn_effect_levels",
    labels = c("cylinders", "mean consumption"), title = "Partial dependence", group = "gears"
  )
}

fixed_effect_surface <- function() {
  table <- expand.grid(y = seq(50, 300, length.out = 11), x = seq(1, 5, length.out = 9))[2:1]
  table$z <- 40 - 4 * table$x - table$y / 20 + 0.01 * table$x * table$y
  points <- data.frame(x = 3 + wave(30, 1.8), y = 180 + rev(wave(30, 110)))
  new_picture(tibble::as_tibble(cbind(panel = factor(""), table)), "nn_effect_surface",
    labels = c("weight (t)", "power (kW)"), points = points,
    title = "Partial dependence: mean consumption"
  )
}

fixed_average_effects <- function() {
  names <- c(
    "weight (slope x SD, 0.9)", "power", "cylinders: six - four", "cylinders: eight - four"
  )
  estimate <- c(-3.2, -0.2, -1.4, 0.6)
  table <- tibble::tibble(
    panel = factor(""), name = factor(names, rev(names)), group = factor("all"),
    estimate = estimate, lwr = estimate - 0.9, upr = estimate + c(0.9, 0.2, 2, 1)
  )
  new_picture(table, "nn_average_effects", labels = c("effect on consumption", ""))
}
