# Where a value of the sweep is right: by argument, or by method and argument, the
# names of values. Every other value has to be refused there. That is said once, by
# hand: a value that is taken and is not here is a fault.

whole_numbers <- c("one", "three", "named", "one_cell")
any_number <- c(
  whole_numbers, "fraction", "tenth", "tiny", "huge", "beyond_integer", "beyond_double",
  "beyond_size"
)
signed_numbers <- c(any_number, "zero", "minus_zero", "minus_one")
flags <- c("true", "false")
nothing <- c("null", "left_empty")

# Single strings that are not blank. What they mean, pip says.
words <- c(
  "word", "digit", "true_text", "newline", "brace", "code", "half_brace", "percent", "backslash",
  "quotes", "non_ascii", "no_utf8", "long_text"
)

# What stands for TRUE or FALSE to base R.
truths <- c(signed_numbers, "true", "false", "inf", "minus_inf", "integer64", "left_empty")

# R's data as operands and as tensors.
one_operand <- c(
  signed_numbers, "true", "false", "na", "na_number", "na_integer", "nan", "inf", "minus_inf",
  "integer64", "tensor_number"
)
operands <- c("two_numbers", "with_na", "with_inf", "two_flags", "matrix", "cube", "tensor")
no_elements <- c("no_integer", "no_number", "no_flag")

# What title() writes, if only nothing.
titles <- c(
  nothing, signed_numbers, "na_number", "na_integer", "nan", "inf", "minus_inf", "two_numbers",
  "with_na", "with_inf", "long", "no_integer", "no_number", "na_text", "no_text", "empty", "word",
  "digit", "true_text", "blank", "newline", "brace", "code", "half_brace", "percent", "backslash",
  "quotes", "non_ascii", "no_utf8", "long_text", "two_texts", "text_na", "symbol", "call",
  "expression"
)

right_values <- list(
  # None of no hidden layer; torch's own function in the place of its name.
  activation = c(nothing, "no_text", "no_list", "callable"),
  "activation_table$activation" = c(nothing, "callable"),
  ann = c(flags, "left_empty"),
  batch_size = c(nothing, whole_numbers, "beyond_integer"),
  bias = c(flags, "two_flags", "left_empty"), # of each layer
  "plot.nn_fit$bias" = c(flags, "left_empty"),
  "autoplot.nn_fit$bias" = c(flags, "left_empty"),
  bootstrap = c("zero", "minus_zero", "three", "left_empty"),
  bty = nothing,
  trust = c(flags, "left_empty"),
  class_weights = nothing,
  clip_norm = c(nothing, setdiff(any_number, c("tiny", "huge"))),
  clip_value = c(nothing, setdiff(any_number, c("tiny", "huge"))),
  # What they must be beside the data is not known there.
  "nn_options$class_weights" = c(nothing, "named", "named_list"),
  "nn_options$clip_norm" = c(nothing, any_number),
  "nn_options$clip_value" = c(nothing, any_number),
  callback = c(nothing, "function"),
  "nn_options$callback" = c(nothing, "function", "primitive", "layer", "class", "callable"),
  checkpoint = c(nothing, setdiff(words, c("no_utf8", "long_text"))),
  "nn_options$checkpoint" = c(nothing, setdiff(words, "no_utf8")),
  by = nothing,
  center = c(flags, "left_empty"),
  curves = c("one", "three", "named", "one_cell", "left_empty"),
  grid = c(nothing, "three"),
  outcome = nothing,
  predict_type = "left_empty",
  "print.nn_effects$n" = c(
    nothing, whole_numbers, "beyond_integer", "beyond_double", "beyond_size", "huge", "inf"
  ),
  quantiles = "left_empty",
  # Of a factor its levels.
  values = c(
    nothing, signed_numbers, "two_numbers", "two_texts", "texts", "factor", "ordered"
  ),
  variables = nothing,
  "nn_test$variables" = "left_empty",
  call = c(nothing, "environment", "global", "call"),
  complete = c(flags, "left_empty"),
  conf.int = c(flags, "left_empty"),
  conf.level = c("tenth", "tiny", "left_empty"),
  data = nothing,
  device = "left_empty",
  digits = c(whole_numbers, "left_empty"),
  dropout = c("zero", "minus_zero", "tenth", "tiny", "left_empty"),
  dtype = nothing,
  engine = "left_empty",
  evaluate = c(flags, "left_empty"),
  freeze = c(nothing, "no_integer", "no_number"),
  "nn_fit.formula$freeze" = c(nothing, "no_integer", "no_number", "one", "named"),
  "nn_options$freeze" = c(
    nothing, "no_integer", "no_number", "one", "named", "three", "two_numbers"
  ),
  full = c(flags, "left_empty"),
  "nn_importance$background" = c(whole_numbers, "left_empty"),
  "nn_importance$groups" = c(nothing, "no_list"),
  "nn_importance$interactions" = c(flags, "no_list", "left_empty"),
  "nn_importance$metric" = nothing,
  "nn_importance$outcome" = nothing,
  "nn_importance$newdata" = nothing,
  "nn_importance$variables" = nothing,
  "plot.nn_shap$variable" = nothing,
  "autoplot.nn_shap$variable" = nothing,
  interval = "left_empty",
  k = c(signed_numbers, "left_empty"),
  scale = c(flags, "left_empty"),
  schedule = nothing,
  "extractAIC.nn_fit$scale" = c(any_number, "zero", "minus_zero", "left_empty"),
  "drop1.nn_fit$scale" = c(any_number, "zero", "minus_zero", "left_empty"),
  "add1.nn_fit$scale" = c(any_number, "zero", "minus_zero", "left_empty"),
  scope = "left_empty",
  test = "left_empty",
  terms = nothing,
  times = c(nothing, signed_numbers, "two_numbers", "long"),
  trace = c(signed_numbers, flags, "left_empty"),
  type = "left_empty",
  use.fallback = c(flags, "left_empty"),
  "nn_playground$formula" = nothing,
  launch.browser = c(
    flags, "callable", "function", "primitive", "layer", "class", "left_empty"
  ),
  "install_nnfit$envname" = c("word", "digit", "true_text", "non_ascii", "left_empty"),
  "install_nnfit$packages" = c(nothing, "no_text", words, "two_texts", "texts"),
  "install_nnfit$pip_options" = c(nothing, "no_text"),
  "install_nnfit$python" = nothing,
  "install_nnfit$torch" = c(words, "left_empty"),
  "install_nnfit$new_env" = c(flags, "left_empty"),
  embed = c(nothing, "false"),
  # Of numbers alone none has levels.
  "nn_fit.formula$embed" = c(nothing, flags),
  "nn_cv.formula$embed" = c(nothing, flags),
  "nn_fit.data.frame$embed" = c(nothing, flags),
  "nn_cv.data.frame$embed" = c(nothing, flags),
  # Which columns there are is not known there.
  "nn_options$embed" = c(
    nothing, flags, "named", "named_list", setdiff(words, "no_utf8"), "blank", "two_texts", "texts"
  ),
  new_levels = "left_empty",
  epochs = c(nothing, whole_numbers),
  family = nothing,
  folds = c("three", "left_empty"),
  formula. = "left_empty",
  give.attr = c(flags, "left_empty"),
  hidden_units = c(nothing, "one", "three", "named", "two_numbers", "no_integer", "no_number"),
  init = nothing,
  input = c(signed_numbers, "two_numbers", "long", "left_empty"),
  las = c(nothing, whole_numbers, "zero", "minus_zero"),
  learn_rate = c(nothing, any_number),
  level = c("tenth", "tiny", "left_empty"),
  linewidth = c(any_number, "left_empty"),
  log = c("empty", "left_empty"),
  loss = c(nothing, "primitive"), # a function of one's own, `sum()`
  main = titles,
  max.level = c(
    any_number[!any_number %in% c("fraction", "tenth", "tiny")], "zero", "minus_zero", "na",
    "na_number", "na_integer", "left_empty"
  ),
  methods = nothing,
  metrics = c(nothing, "no_text", "no_list"),
  candidates = c(nothing, whole_numbers),
  factor = c("three", "left_empty"),
  method = "left_empty",
  metric = nothing,
  min_epochs = c(nothing, whole_numbers),
  select = "left_empty",
  "nn_tune.formula$folds" = c("three", nothing),
  "nn_tune.formula$validation" = c(nothing, "two_numbers"),
  "nn_tune.data.frame$folds" = c("three", nothing),
  "nn_tune.data.frame$validation" = c(nothing, "two_numbers"),
  "nn_tune.matrix$folds" = c("three", nothing),
  "nn_tune.matrix$validation" = c(nothing, "two_numbers"),
  "nn_tune.array$folds" = c("three", nothing),
  "nn_tune.array$validation" = c(nothing, "two_numbers"),
  # Of the methods of a comparison.
  "lm_compare.formula$momentum" = c("null", "zero", "minus_zero", "tenth", "tiny", "left_empty"),
  "lm_compare.formula$scale" = c(
    "null", flags, whole_numbers, "fraction", "tenth", "left_empty" # times a number
  ),
  "lm_compare.formula$start" = c(nothing, signed_numbers, "two_numbers"),
  mixture = c("zero", "minus_zero", "left_empty"), # of a penalty that is not there
  "nn_options$mixture" = c(
    "zero", "minus_zero", "one", "named", "one_cell", "tenth", "tiny", "left_empty"
  ),
  model = nothing,
  monitor = nothing,
  momentum = c("zero", "minus_zero", "left_empty"), # of an optimizer without
  na.action = c(nothing, "function", "primitive", "layer", "class", "callable"),
  newdata = c( # of a fit on a matrix of one column
    setdiff(signed_numbers, "left_empty"), "na", "na_number", "na_integer", "nan", "two_numbers",
    "with_na", "long", no_elements, "tensor_number", "left_empty"
  ),
  norm = c(nothing, "no_text", "no_list"),
  offset = c(nothing, signed_numbers), # one for all rows
  optimizer = nothing,
  parm = c(nothing, "minus_one", "one", "two_numbers", "named"),
  max_norm = c(nothing, setdiff(any_number, c("tiny", "huge"))),
  "nn_options$max_norm" = c(nothing, any_number),
  members = c(nothing, whole_numbers),
  penalty = c(nothing, any_number, "zero", "minus_zero"),
  progress = c(flags, "left_empty"),
  processes = c(whole_numbers, "left_empty"),
  isolate = c(flags, "left_empty"),
  "lm_compare.formula$isolate" = c("null", flags, "left_empty"), # as the option has it
  exponentiate = c(flags, "left_empty"),
  type.residuals = "left_empty",
  "anova.nn_fit$test" = nothing,
  keep_data = c(flags, "left_empty"),
  "nn_caret$layers" = c(whole_numbers, "left_empty"),
  "nn_parsnip$kind" = "left_empty",
  reduction = "left_empty",
  reference = "left_empty",
  "augment.nn_fit$newdata" = c("null", "left_empty"), # its own rows
  "nn_job$file" = c(setdiff(words, c("no_utf8", "long_text")), "blank", "left_empty"),
  "nn_report$title" = c(nothing, words, "left_empty"),
  open = c(flags, "left_empty"),
  se_fit = c(flags, "left_empty"),
  signif.stars = c(flags, "left_empty"),
  type.predict = "left_empty",
  "survfit.nn_fit$newdata" = "left_empty", # of a fit by a formula
  "survfit.nn_fit$se.fit" = c("null", flags, "left_empty"),
  "survfit.nn_fit$conf.int" = c("tenth", "tiny", "left_empty"),
  "survfit.nn_fit$conf.type" = "left_empty",
  "concordance.nn_fit$newdata" = "left_empty",
  repeats = c(whole_numbers, "left_empty"),
  residual = c(flags, "left_empty"),
  restarts = c(whole_numbers, "left_empty"),
  se.fit = c(flags, "left_empty"),
  seed = c(
    nothing, whole_numbers, "zero", "minus_zero", "beyond_integer", "na", "na_number", "na_integer"
  ),
  size = c(any_number, "left_empty"),
  skip = c(flags, "left_empty"),
  start = nothing,
  stop_iter = c(whole_numbers, "beyond_integer", "inf", "left_empty"),
  subset = c(nothing, "minus_one", "one", "three", "two_numbers", "with_na", "named", "digit"),
  validation = c("zero", "minus_zero", "tenth", "two_numbers", "left_empty"), # or rows
  weights = nothing,
  which = "left_empty",
  # Without rows, what they may be.
  "nn_options$model" = c(nothing, "layer"),
  "nn_options$offset" = c(
    nothing, signed_numbers, "na_number", "na_integer", "nan", "two_numbers", "with_na", "long",
    "no_integer", "no_number", "integer64", "matrix"
  ),
  "nn_options$validation" = c(
    "zero", "minus_zero", "tenth", "tiny", "left_empty", "two_numbers", "two_flags", # rows
    "frame", "one_row", "no_rows", "no_columns", "bare_rows", "list_nan", "functions", # data
    "word", "digit", "true_text", "blank", "newline", "brace", "code", "half_brace", "percent",
    "backslash", "quotes", "non_ascii", "no_utf8", "long_text" # paths
  ),
  "nn_options$weights" = c(
    nothing, any_number, "two_numbers", "with_na", "long", "true", "two_flags", "integer64"
  ),
  # Of tensors, as base R takes them.
  "%*%$x" = c(operands, "no_cells"),
  "%*%$y" = operands,
  "as_tensor$dtype" = c(nothing, "dtype"),
  "as_tensor$device" = nothing,
  "as_tensor$x" = c(
    one_operand, operands, no_elements, "complex", "long", "frame", "one_row", "no_rows",
    "no_columns", "bare_rows", "no_cells"
  ),
  b = c(operands, nothing),
  "crossprod$x" = operands,
  "crossprod$y" = c(operands, nothing),
  current = "anything", # the answer says what differs
  "print.torch.Tensor$digits" = c(whole_numbers, "fraction", "left_empty"),
  drop = truths,
  e2 = c(one_operand, operands, no_elements, "complex"),
  incomparables = c(setdiff(c(one_operand, operands), c("tensor", "tensor_number", "integer64")),
    no_elements, "long", "no_cells", "left_empty"),
  f = c("function", "primitive", "callable", "left_empty"),
  it = "tensor",
  simplify = c(flags, "left_empty"),
  logarithm = truths,
  mode = "left_empty",
  n = c(
    signed_numbers, "na_number", "na_integer", "nan", "inf", "minus_inf", "two_numbers", "with_na",
    "with_inf", "left_empty"
  ),
  na.rm = truths,
  optional = truths,
  perm = c(nothing, "two_numbers"),
  recursive = truths,
  requires_grad = c(flags, "left_empty"),
  row.names = c(nothing, "two_numbers", "two_texts"),
  "tcrossprod$x" = c(operands, "no_cells"),
  "tcrossprod$y" = c(nothing, "matrix", "cube", "no_cells"),
  trim = c(signed_numbers, "inf", "minus_inf", "left_empty"),
  "dim<-.torch.Tensor$value" = "null",
  value = one_operand,
  sub = titles,
  xlab = titles,
  xlim = c(nothing, "two_numbers"),
  ylim = c(nothing, "two_numbers"),
  ylab = titles
)

# Arguments that a message may name instead: x and y must go together, and a formula
# in the place of x or y makes the other the data.
also_named <- list(
  x = c("y", "data", "formula"), y = c("x", "data", "formula", "loss"), formula. = c("data"),
  formula = "data",
  data = c("formula", "x"), weights = "data", subset = c("data", "folds"), offset = "data",
  scope = "data"
)

# Methods whose errors are in base R's words, which name no argument.
in_base_words <- c(
  "Ops.torch.Tensor", "[.torch.Tensor", "[<-.torch.Tensor", "[[<-.torch.Tensor", "%*%", "crossprod",
  "tcrossprod", "dim<-.torch.Tensor", "solve.torch.Tensor", "solve.tensor_qr"
)
