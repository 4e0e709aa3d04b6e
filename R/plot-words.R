# What the pictures say: their titles, and what is on their axes.

# By the class of a picture, for base graphics and for ggplot2.
picture_titles <- c(
  nn_loss_table = "Loss by epoch",
  nn_observed = "Predicted against observed",
  nn_residuals = "Residuals against fitted",
  nn_confusion = "What each class was predicted as",
  nn_probability = "Probability of the right class",
  nn_curve = "Fitted curve",
  nn_network = "The network and its weights",
  nn_tuning = "Choice of the penalty",
  nn_rates = "Choice of the step size",
  nn_embedding = "Levels as the network places them",
  nn_diagnose = "Checks against their limits",
  nn_importance = "Importance of each variable",
  nn_shap_values = "What each variable adds, row by row",
  nn_shap_mean = "How much each variable adds",
  nn_shap_dependence = "What a variable adds, by its value",
  nn_cv = "Loss by epoch, cross-validated",
  nn_searched = "Candidates by what was searched",
  nn_activation_table = "Activations",
  nn_compared_fits = "What each method fits",
  nn_compared_estimates = "Estimates beside R's",
  nn_compared_path = "Descents over the loss",
  nn_compared_losses = "Losses of the descents",
  nn_effect_curves = "Predictions along a variable",
  nn_effect_levels = "Predictions by level",
  nn_effect_surface = "Predictions over two variables",
  nn_average_effects = "Average effects"
)

# Of what several can be drawn as, a picture says its own.
picture_title <- function(picture) {
  attr(picture, "title") %||% picture_titles[[intersect(class(picture), names(picture_titles))[1]]]
}

# Over a picture in the user's own margins: none where they leave a title no room.
base_title <- function(picture) if (graphics::par("mar")[3] >= 1.2) picture_title(picture)

# Several panels have margins of their own.
title_over <- function(picture, panels) {
  if (length(panels) == 1) base_title(picture) else picture_title(picture)
}

# Which loss an axis is of: "mean squared error"; with `reduction = "sum"` it is no mean.
loss_title <- function(options) {
  label <- loss_family(options$loss)$label
  if (identical(options$reduction, "sum")) paste(sub("^mean ", "", label), "(sum)") else label
}

# What the axes call outcomes: by their labels, where the columns had some.
outcome_titles <- function(fit, names = outcome_names(fit)) {
  titles <- fit$outcome$titles
  if (length(titles) == length(names)) titles else names
}

# One outcome is named on the axes, several above their panels.
axis_labels <- function(words, outcomes) {
  if (length(outcomes) == 1) shorten(paste(words, outcomes)) else words
}

# Of a model frame: a term that is computed, such as `log(x)`, is not the column any more.
frame_titles <- function(frame) {
  plain <- make.names(names(frame)) == names(frame)
  titles <- unlist(Map(column_title, frame, names(frame)))
  unname(shorten(ifelse(plain, titles, names(frame))))
}

compared_loss <- function(compared) {
  family <- compared$family
  loss_title(list(loss = if (is_least_squares(family)) "mse" else loss_of_family(family)))
}
