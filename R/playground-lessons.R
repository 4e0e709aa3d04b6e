# Lessons: settings that show one thing each, and what to look for.

playground_lessons <- list(
  line = list(
    title = "One neuron is a line",
    text = paste(
      "No hidden units: one neuron, which multiplies u by its weight and adds its bias.",
      "Gradient descent ends on the line of lm(). Give it fewer epochs, and watch it train."
    ),
    settings = list(
      data = "thermometer", units_1 = 0, optimizer = "sgd", learn_rate = 0.03, epochs = 200
    )
  ),
  bend = list(
    title = "A few units bend it",
    text = paste(
      "Each unit of \"relu\" is a line with one bend, and the curve is their sum: see what each",
      "unit adds. Move the number of units, and the activation."
    ),
    settings = list(
      data = "thermometer", units_1 = 4, activation = "relu", epochs = 1000
    )
  ),
  dead = list(
    title = "Units that are dead",
    text = paste(
      "The thermometer as it is, not standardised: the first steps throw each unit of \"relu\"",
      "below 0 for every row. There it is flat, no gradient leads through it, and it never learns",
      "again. Standardise the data, or take a learning rate of 0.0001, and it learns."
    ),
    settings = list(
      data = "thermometer", units_1 = 4, activation = "relu", optimizer = "sgd",
      learn_rate = 0.01, scale = FALSE
    )
  ),
  diverges = list(
    title = "Steps that are too long",
    text = paste(
      "The thermometer as it is, not standardised. With a learning rate of 0.001 every step of",
      "gradient descent overshoots, and the loss grows without end; with 0.0003 it settles.",
      "Standardise the data, and 0.1 is well."
    ),
    settings = list(
      data = "thermometer", units_1 = 0, optimizer = "sgd", learn_rate = 0.001, scale = FALSE
    )
  ),
  overfit = list(
    title = "Two layers overfit",
    text = paste(
      "Some twenty noisy points to learn from, and a thousand weights: the loss in training falls",
      "on and on, that of the rows held out turns up. Try a penalty of 0.01, one layer of 8 units,",
      "or 200 points."
    ),
    settings = list(
      data = "sine", n = 30, noise = 0.5, units_1 = 32, units_2 = 32, learn_rate = 0.01,
      epochs = 2000, validation = 0.3
    )
  ),
  even = list(
    title = "An even function",
    text = paste(
      "A parabola is the same to the left and to the right, so a line says nothing of it: lm() is",
      "flat. With 14 units the network follows; with 1 or 2 it can not."
    ),
    settings = list(
      data = "parabola", n = 60, noise = 0, units_1 = 14, activation = "relu", epochs = 1000
    )
  )
)

# A lesson says what matters to it; the rest is as a page without arguments begins.
lesson_settings <- function(lesson) utils::modifyList(start_settings(), lesson$settings)
