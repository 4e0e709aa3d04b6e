skip_if_no_torch()
skip_on_cran() # it takes long; `make test` has it

verdict_on <- function(method, ..., formula = c ~ u, data = thermometer, family = NULL) {
  one_method(formula, data, method, ..., family = family)$verdict
}

came_down <- function(record) record$certificate$last_loss < record$losses[1]

test_that("a learning rate above the limit is said to be, with the limit", {
  said <- verdict_on("sgd", scale = FALSE, learn_rate = 0.01, epochs = 500)
  expect_identical(said, paste(
    "diverged: learn_rate 0.01 is above 0.00034, the largest that is stable here;",
    "`scale = TRUE`, or at most 0.0003"
  ))
  # One step is enough to know it.
  expect_match(verdict_on("analytic", scale = FALSE, learn_rate = 0.01, epochs = 1), "^diverged: ")
  for (way in prescribed(said)) {
    options <- utils::modifyList(list(scale = FALSE, learn_rate = 0.01, epochs = 500), way)
    again <- do.call(one_method, c(list(c ~ u, thermometer, "sgd"), options))
    expect_true(came_down(again))
    expect_false(grepl("diverge", again$verdict))
  }
})

test_that("just below the limit nothing diverges, and just above it does", {
  for (method in c("analytic", "numeric", "sgd")) {
    for (momentum in if (method == "sgd") c(0, 0.9) else 0) {
      run <- function(rate) {
        more <- if (momentum > 0) list(momentum = momentum)
        do.call(one_method, c(
          list(c ~ u, thermometer, method, scale = 0.1, learn_rate = rate, epochs = 2000), more
        ))
      }
      limit <- run(0.001)$certificate$largest_learn_rate
      expect_true(came_down(run(0.98 * limit)))
      above <- run(1.02 * limit)
      expect_false(came_down(above))
      expect_match(above$verdict, "^diverged: learn_rate .* is above")
    }
  }
})

test_that("standardised predictors are no cure for a rate that is too large with them", {
  said <- verdict_on("sgd", scale = FALSE, learn_rate = 5, epochs = 20)
  expect_match(said, "; at most 0.0003$")
  expect_match(verdict_on("sgd", learn_rate = 5, epochs = 20), "is above 1, .*; at most 0.9$")
})

test_that("too few epochs are said to be, and the number that is named is enough", {
  said <- expect_cured(
    c ~ u, thermometer, "sgd", list(scale = 0.1, learn_rate = 0.01, epochs = 500),
    ways = c("scale = TRUE, learn_rate = 0.5", "epochs")
  )
  expect_identical(said, paste(
    "not there yet: six digits need about 8,200 epochs at this rate, ran 500;",
    "`scale = TRUE, learn_rate = 0.5` needs about 1"
  ))
  expect_cured(
    mpg ~ wt + hp + qsec, mtcars, "analytic", list(learn_rate = 0.01, epochs = 50),
    ways = c("learn_rate = 0.45", "epochs")
  )
  for (method in c("numeric", "autograd")) {
    expect_cured(dist ~ speed, cars, method, list(scale = 0.1, epochs = 50, learn_rate = 0.1))
  }
  expect_cured(
    c ~ u, thermometer, "sgd", list(scale = 0.1, learn_rate = 0.01, epochs = 50, momentum = 0.9)
  )
})

test_that("where the loss is no square, the epochs that are named are enough too", {
  expect_cured(am ~ wt, mtcars, "sgd", list(epochs = 50), binomial())
  expect_cured(carb ~ wt + hp, mtcars, "analytic", list(epochs = 5), poisson())
  expect_cured(carb ~ wt + hp, mtcars, "sgd", list(epochs = 20), poisson("identity"))
  expect_cured(mpg ~ wt + hp, mtcars, "numeric", list(epochs = 100), Gamma("log"))
})

test_that("a step too far on the way is told from one that is too far at the end", {
  reference <- read_reference(glm(carb ~ wt + hp, poisson(), mtcars), NULL)
  certificate <- list(
    learn_rate = 0.1, largest_learn_rate = 0.2, last_loss = Inf, dtype = "float64",
    cure = list(stable_rate = 0.02)
  )
  record <- list(method = "sgd", there = FALSE, epochs = 10, losses = 1, certificate = certificate)
  expect_match(method_verdict(record, reference), "goes too far on the way there; at most 0.02$")
  record$certificate$last_loss <- 0.5
  record$certificate$epochs_needed <- 1000
  expect_match(method_verdict(record, reference), "^not there yet")
})

test_that("of a loss that is no square too, a rate that is named is stable", {
  run <- function(rate) {
    one_method(carb ~ wt + hp, mtcars, "sgd", learn_rate = rate, epochs = 100, family = poisson())
  }
  said <- run(5)$verdict
  expect_match(said, "^diverged: learn_rate 5 is above")
  again <- run(prescribed(said)[["at most"]]$learn_rate)
  expect_true(came_down(again))
  expect_identical(again$verdict, "there: six digits")
})

test_that("what single precision cannot resolve is said, and double precision can", {
  said <- expect_cured(
    c ~ u, thermometer, "sgd", list(
      scale = 0.1, learn_rate = 0.01, epochs = 20000, dtype = "float32"
    ),
    ways = c("dtype = \"float64\"", "scale = TRUE, learn_rate = 0.5")
  )
  expect_match(said, "^float32 cannot resolve this: condition 360; use ")
  expect_cured(c ~ u, thermometer, "lbfgs", list(scale = FALSE, dtype = "float32"))
  expect_cured(c ~ u, thermometer, "adam", list(scale = FALSE, dtype = "float32"))
  # It names the epochs where there were too few for double precision.
  few <- verdict_on("sgd", scale = 0.1, learn_rate = 0.01, epochs = 100, dtype = "float32")
  expect_match(few, "`dtype = \"float64\"` with about 8,200 epochs")
})

test_that("steps that are too short to change a number are told from a precision too low", {
  said <- expect_cured(
    c ~ u, thermometer, "sgd", list(scale = FALSE, learn_rate = 1e-20, epochs = 100),
    ways = "scale = TRUE, learn_rate = 0.5"
  )
  expect_match(said, "^not there: with learn_rate 1e-20 steps are too short to get anywhere")
  expect_cured(dist ~ speed, cars, "analytic", list(learn_rate = 1e-18), ways = "learn_rate = 0.5")
  expect_match(
    verdict_on("sgd", scale = 0.1, learn_rate = 1e-4, epochs = 100), "^not there yet: six digits"
  )
})

test_that("single precision is enough where the condition is small", {
  expect_identical(verdict_on("sgd", dtype = "float32"), "there: six digits")
  expect_identical(verdict_on("lbfgs", dtype = "float32"), "there: six digits")
})

test_that("double precision has its limit too, and orthogonal predictors are the cure", {
  set.seed(1)
  d <- data.frame(x = seq(30, 31, length.out = 40))
  d$y <- sin(6 * d$x) + rnorm(40, sd = 0.1)
  raw <- y ~ x + I(x^2) + I(x^3)
  said <- verdict_on("lbfgs", formula = raw, data = d, scale = FALSE)
  expect_match(
    said, "^float64 cannot resolve this: condition [0-9]e[0-9]+; use lm\\(\\), or predictors that"
  )
  for (method in c("sgd", "lbfgs")) {
    expect_identical(verdict_on(method, formula = y ~ poly(x, 3), data = d), "there: six digits")
  }
})

test_that("where plain descent would take for ever, L-BFGS does not", {
  set.seed(1)
  d <- data.frame(x = seq(5, 6, length.out = 40))
  d$y <- sin(6 * d$x) + rnorm(40, sd = 0.1)
  curve <- y ~ x + I(x^2) + I(x^3)
  said <- verdict_on("sgd", formula = curve, data = d, epochs = 100)
  expect_match(said, "need about [0-9,]{9,} epochs .*`\"lbfgs\"` with `scale = TRUE` learns")
  expect_identical(verdict_on("lbfgs", formula = curve, data = d), "there: six digits")
})

test_that("Adam and L-BFGS with too few epochs are told what is enough", {
  expect_cured(c ~ u, thermometer, "adam", list(scale = FALSE, learn_rate = 0.001, epochs = 500))
  expect_cured(mpg ~ wt + hp, mtcars, "adam", list(learn_rate = 1e-4, epochs = 100))
  expect_cured(Sepal.Length ~ ., iris, "adam", list(epochs = 20))
  # Where trying would take long, the other is named.
  set.seed(1)
  d <- data.frame(matrix(rnorm(60000), ncol = 6))
  d$y <- rowSums(d) + rnorm(10000)
  expect_cured(
    y ~ ., d, "adam", list(epochs = 5, learn_rate = 1e-3),
    ways = "methods = \"lbfgs\", learn_rate = 1, epochs = 200"
  )
  expect_cured(mpg ~ wt + hp, mtcars, "lbfgs", list(scale = FALSE, epochs = 2))
})

test_that("what has arrived says so, and a network that it is something else", {
  for (method in c("numeric", "analytic", "autograd", "sgd", "adam", "lbfgs")) {
    expect_identical(verdict_on(method), "there: six digits", label = method)
  }
  expect_match(
    verdict_on("network", epochs = 3, seed = 1, hidden_units = 4),
    "^another model: a hidden layer, with 13 parameters, "
  )
})

test_that("classes that can be told apart have no finite answer", {
  d <- data.frame(y = c(0, 0, 0, 1, 1, 1), x = 1:6)
  said <- verdict_on("sgd", formula = y ~ x, data = d, family = binomial(), epochs = 100)
  expect_match(said, "^no finite answer")
  # Near certain, but no more than the data say.
  set.seed(1)
  far <- data.frame(x = c(rnorm(200), -25, 25))
  far$y <- as.numeric(stats::plogis(1.5 * far$x) > runif(202))
  expect_match(
    verdict_on("lbfgs", formula = y ~ x, data = far, family = binomial()), "^there: six digits"
  )
})

test_that("numbers are written in full, and rounded to what is known", {
  expect_identical(so_many(1), "1 epoch")
  expect_identical(so_many(up(499001)), "500,000 epochs")
  expect_identical(up(8134), 8200)
  expect_identical(up(99), 99)
  expect_identical(up(Inf), Inf)
  expect_identical(as_number(0.000339938), "0.00034")
  expect_identical(as_number(0.0003), "0.0003")
  expect_identical(as_number(3.2e-9), "3.2e-09")
  expect_identical(as_power(4.2e9), "4e9")
  expect_identical(as_power(357), "360")
  expect_identical(as_power(Inf), "infinite")
})

test_that("at the bound a descent neither falls nor grows, and is said to be there", {
  said <- expect_cured(
    dist ~ speed, cars, "sgd", list(learn_rate = 1, epochs = 20000),
    ways = "at most"
  )
  expect_identical(
    said, "is at the bound: with learn_rate 1 the steps neither shrink nor grow; at most 0.9"
  )
  for (method in c("sgd", "numeric")) {
    record <- one_method(dist ~ 1, cars, method, learn_rate = 1, epochs = 5000)
    expect_match(record$verdict, "^is at the bound: ")
    expect_equal(record$losses[5000], record$losses[1], tolerance = 1e-6)
  }
  near <- verdict_on("sgd", formula = dist ~ speed, data = cars, learn_rate = 1.0001, epochs = 20)
  expect_match(near, "diverged: learn_rate 1.0001 is above 1, the largest that")
  below <- verdict_on("sgd", formula = dist ~ speed, data = cars, learn_rate = 0.9999, epochs = 20)
  expect_match(below, "^not there yet")
})

test_that("Adam's steps that are too long are told from those that are too few", {
  swings <- "steps of about learn_rate, [0-9.]+, are too long to settle"
  said <- expect_cured(dist ~ speed, cars, "adam", list(learn_rate = 50, epochs = 200))
  expect_match(said, paste0("^not there: the farthest parameter is 0.00056 away, and ", swings))
  said <- expect_cured(am ~ wt, mtcars, "adam", list(learn_rate = 2, epochs = 30), binomial())
  expect_match(said, swings)
  quartic <- carb ~ poly(hp, 4, raw = TRUE)
  said <- expect_cured(
    quartic, mtcars, "adam", list(epochs = 5000), poisson(),
    ways = "methods = \"lbfgs\", learn_rate = 1, epochs = 200"
  )
  expect_false(grepl("at most", said))
  said <- expect_cured(mpg ~ wt, mtcars, "adam", list(learn_rate = 0.01, epochs = 50))
  expect_match(said, "a step of Adam is about learn_rate, 0.01, at most: ran 50")
})

test_that("why Adam does not settle is read of its losses", {
  record <- function(losses) list(losses = losses, certificate = list(dtype = "float64"))
  expect_true(is_swinging(record(c(9:1, rep(c(1, 2), 20)))))
  expect_false(is_swinging(record(100:1)))
  expect_false(is_swinging(record(c(1, 2, 100:1))))
  expect_false(is_swinging(record(1 + c(0, 1e-16, 0, 2.3e-16))))
  expect_identical(is_swinging(record(NULL)), NA)
  facts <- list(
    rate = 0.1, epochs = 1000, way = 5, distance = 0.3, swings = FALSE, condition = 400
  )
  expect_identical(adam_reason(facts), paste(
    "not there yet: the farthest parameter is 0.3 away after 1,000 epochs, and the loss falls",
    "but slowly (condition 400)"
  ))
  facts$swings <- NA
  expect_match(adam_reason(facts), "1,000 epochs \\(condition 400\\)$")
})

test_that("where Adam leaves all numbers it is said to, and L-BFGS is tried and named", {
  cubic <- carb ~ poly(hp, 3, raw = TRUE)
  said <- expect_cured(cubic, mtcars, "adam", list(scale = FALSE), poisson())
  expect_identical(said, paste(
    "diverged: steps of about learn_rate, 0.1, in every parameter lead to where the loss is not",
    "finite, after 2 epochs; `methods = \"lbfgs\", scale = TRUE, learn_rate = 1, epochs = 200`",
    "is enough"
  ))
  expect_match(verdict_on("adam", epochs = 3), "^not there yet")
})

test_that("one coefficient at a time, rates beyond the first limit may be stable", {
  run <- function(rate, epochs = 5000) {
    one_method(mpg ~ wt, mtcars, "numeric", learn_rate = rate, scale = FALSE, epochs = epochs)
  }
  expect_identical(run(0.5)$verdict, "there: six digits")
  expect_match(run(0.5, 3)$verdict, "^not there yet: six digits need about [0-9]+ epochs")
  expect_cured(mpg ~ wt, mtcars, "numeric", list(learn_rate = 0.5, scale = FALSE, epochs = 3))
  for (rate in c(0.1, 0.4)) {
    said <- run(rate)$verdict
    expect_match(said, "^diverged: learn_rate 0.[14] is above 0.099, up to which it is stable here")
    expect_false(grepl("largest", said))
  }
  expect_cured(
    mpg ~ wt, mtcars, "numeric", list(learn_rate = 0.1, scale = FALSE, epochs = 5000),
    ways = c("scale = TRUE", "at most")
  )
})

test_that("means on their own scale stay above 0", {
  means <- poisson("identity")
  for (scale in c(TRUE, FALSE)) {
    record <- one_method(count ~ spray, InsectSprays, "lbfgs", scale = scale, family = means)
    expect_identical(record$verdict, "there: six digits")
  }
  expect_cured(count ~ spray, InsectSprays, "lbfgs", list(scale = FALSE, epochs = 3), means)
  for (method in c("sgd", "adam", "lbfgs", "numeric")) {
    record <- one_method(
      count ~ 0 + spray, InsectSprays, method, scale = FALSE, family = means
    )
    expect_identical(record$verdict, "there: six digits", label = method)
    said <- expect_cured(count ~ spray, InsectSprays, method, list(start = -20), means)
    expect_identical(
      said, "not there: its loss is not finite where it begins; `start = NULL` begins elsewhere"
    )
  }
})
