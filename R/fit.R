#' Fit a neural network
#'
#' Fits a linear model or a multi-layer network on PyTorch, from a formula and
#' a data frame as [lm()] does, or from a matrix of predictors and an outcome.
#' The whole training loop runs in Python; what comes back is an ordinary R
#' list that can be printed, compared, saved with [saveRDS()] and sent to
#' another machine.
#'
#' @section What an untuned call does:
#' Without `hidden_units` the model is linear, trained in float64 by L-BFGS to
#' full precision, which for squared error means solved: it lands on the
#' coefficients of [lm()], in one pass over the data. The loss follows from the
#' outcome: mean squared error for numbers, binary cross-entropy for two classes,
#' cross-entropy for more, Cox's partial likelihood for censored times
#' ([nn-survival]).
#'
#' With `hidden_units` it is a network of these layers. A network learns the noise of
#' its rows unless something holds it back. Where nothing is said of how to train, a
#' `penalty` is chosen by 5-fold cross-validation (up to 400 rows: done twice) on a
#' path of penalties, and the fit is the mean of the networks of these folds under the
#' penalty that predicts best the rows that each has not seen: ten networks, or five.
#' Skewed columns are straightened by a power first, and values more than some three
#' standard deviations away drawn in, so that no row far from the others bends a
#' network to itself. The networks are trained side by side, by L-BFGS, at the price of
#' fewer than ten plain fits. Probabilities of classes are calibrated by a temperature,
#' on rows held out too. `print()` says what was chosen, `summary()` has the path,
#' and `plot(fit, "tuning")` draws it.
#'
#' What you say is obeyed: with any of `penalty`, `optimizer`, `learn_rate`, `schedule`,
#' `momentum`, `epochs`, `batch_size`, `stop_iter`, `metrics`, `monitor`, `freeze`,
#' `clip_norm`,
#' `clip_value`, `max_norm`, `dropout`, `norm`, `residual`, `reduction`, `scale`, `engine`,
#' `members`, `validation`, `start`, `callback`, `bootstrap` or `restarts`,
#' with fewer than 20 rows or more than 20,000, with more columns than rows, on a GPU,
#' with files, with a `model` of your own, or with an activation or a loss outside those
#' that are trained side by side (such as the losses `"l1"`, `"quantile"`, `"nll"` and
#' `"bce"`, one of your own, or `"cross_entropy"` with arguments), it is one plain
#' network: trained by Adam on all
#' rows, without a penalty, unless you say otherwise. `penalty = 0` alone gives that too.
#'
#' @section Networks that learn nothing:
#' A unit of `"relu"` that is 0 for every row has no gradient and stays so; such
#' a unit is dead. Where all units of a layer end so, or no unit bends within the
#' rows though the outcome does, training starts again from other initial values,
#' at most three times. They follow from `seed`: a call gives the same fit each
#' time. The fit says so when it is printed (`fit$fault`), and a warning of class
#' `nnfit_warning_learned_nothing` says where it has not helped. The same warning tells where
#' training has led to more loss than it began with, and than one number for all rows has.
#' [nn_diagnose()] looks for what else may be wrong.
#'
#' @section Likelihoods without a maximum, or short of it:
#' Where a linear model has all rows of a class on its side, the likelihood has no
#' maximum: larger coefficients always are more likely (Albert and Anderson 1984). The
#' same is so where counts are all 0 in rows that the predictors set apart: their means go
#' to 0 (Correia, Guimaraes and Zylkin 2019). A warning of class
#' `nnfit_warning_separated` says so, as [glm()] does of classes; a `penalty` makes the
#' answer a definite one. Where predictors are nearly collinear, `"lbfgs"` may take another
#' place for the maximum: then `"fisher_scoring"` goes on from there, its steps are the last
#' epochs, and where that is no remedy, a warning of class `nnfit_warning_not_converged`
#' gives the condition number.
#'
#' @section Factors with many levels:
#' Each level of a factor but the first has a dummy column of its own, and a network as many
#' weights for it as it has hidden units. With `embed` each level has a vector of a few
#' numbers instead, which are learned with the weights (Guo and Berkhahn 2016): that is a
#' linear map without bias of the dummy columns, put before the network, so that levels that
#' do alike share what is learned of them. `embed = list(station = 8)` makes 8 numbers of
#' each level. Names without a size have the rule of fastai (Howard and Gugger 2020):
#' `min(600, round(1.6 * levels^0.56))`, 11 numbers of 30 levels. `embed = TRUE` takes all
#' factors and columns of strings of more than twelve levels that are in no interaction.
#' An interaction with a factor that is named is refused: the network finds what depends on
#' the level by itself.
#'
#' `scale` and powers leave these columns alone; a `penalty` falls on their numbers as on
#' weights, and where the penalty is chosen, it is chosen for both. The numbers start from
#' a normal distribution of variance 1 / size. In predictions a level that was in no row
#' that was trained on is answered by the mean of the vectors of the others, or by `NA`: see
#' `new_levels` of [predict()][predict.nn_fit]. Files are read likewise. [coef()] has the
#' vectors by level, and `plot(fit, "embedding")` draws them. A linear model would be the
#' one of dummy columns, so that `embed` is refused without `hidden_units`; so it is for a
#' matrix, which has no factors. A recipe has to leave them as they are.
#'
#' @section Units:
#' With `scale = TRUE` the predictors, and a numeric outcome, are standardised
#' before training, by means and standard deviations as [scale()] has them, in which rows
#' count by their `weights` as they do in the loss. Losses, coefficients and predictions are
#' always in the units of the data. Several numeric outcomes share one scale, so the loss that
#' is minimised is the one that you asked for, times a constant.
#' Outcomes whose standard deviations are more than 30 times apart should not share
#' hidden layers: errors of the narrow ones hardly count, and a warning says so.
#'
#' @section Elastic net:
#' `penalty = 0.1, mixture = 1` is the lasso: some weights are exactly zero, of a linear
#' model its coefficients. What is penalised are the weights of the scaled problem. For
#' `x` and a numeric `y` that are standardised already (as by [scale()]), a linear model
#' is that of `glmnet::glmnet(x, y, family, alpha = mixture, lambda = penalty,
#' standardize = FALSE)` under `"bce_with_logits"`, `"cross_entropy"` and
#' `"poisson_nll"`. Under `"mse"`, of which glmnet takes a half, `lambda = penalty / 2`,
#' with `family = gaussian()`: by its name glmnet scales `y` again, by a standard
#' deviation over n rather than n - 1. [AIC()] counts all coefficients, zero or not, as it
#' does under any penalty.
#'
#' @section Losses that are likelihoods:
#' Under `"mse"`, `"bce_with_logits"`, `"cross_entropy"` and `"poisson_nll"` a
#' linear model is the one of [lm()] or [glm()]. Torch lacks these, or has them
#' in another form:
#' - `"gamma_nll"`: numbers above 0 with a standard deviation in proportion to
#'   their mean, whose logarithm is modelled, as [glm()] has it for
#'   `Gamma(link = "log")`. The loss is `log(mean) + y / mean`: the shape of the
#'   distribution has no part in where it is least.
#' - `"negative_binomial_nll"`: counts with the variance
#'   `mean + dispersion * mean^2`. The logarithm of the mean is modelled;
#'   `dispersion` (1 unless given) is 1 / theta of `MASS::negative.binomial()`.
#'   The loss is the whole log-likelihood with its sign changed, so that
#'   fits with different dispersions can be compared by it.
#' - `"gaussian_nll"`: numbers, of which the mean and the logarithm of the
#'   variance are modelled, so that the noise may depend on the predictors:
#'   `predict(fit, newdata, type = "link")` has both. The loss leaves out
#'   `log(2 * pi) / 2` unless `list("gaussian_nll", full = TRUE)`.
#'
#' - `"inverse_gaussian_nll"` and `"tweedie_nll"`: numbers above 0 with a variance in
#'   proportion to the third power of their mean, and numbers of which some are 0, with a
#'   variance in proportion to its power `power`, between 1 and 2 (1.5 unless given). The
#'   logarithm of the mean is modelled. The second is a quasi-likelihood: [logLik()] is `NA`.
#'
#' @section Families:
#' `family` says a loss and its link as [glm()] does: `gaussian()` is `"mse"`, `binomial()`
#' `"bce_with_logits"`, `poisson()` `"poisson_nll"`, `Gamma()` `"gamma_nll"`,
#' `inverse.gaussian()` `"inverse_gaussian_nll"`, `MASS::negative.binomial(theta)`
#' `"negative_binomial_nll"`, `statmod::tweedie(power, link.power = 0)` `"tweedie_nll"`,
#' and `quasi()`, `quasibinomial()` and `quasipoisson()` what has their variance. The links
#' are `"identity"`, `"log"`, `"sqrt"`, `"inverse"` and `"1/mu^2"`, and of probabilities
#' `"logit"`, `"probit"`, `"cauchit"`, `"cloglog"`, `"log"` and `"identity"`; as an argument of
#' the loss: `loss = list("poisson_nll", link = "sqrt")`.
#' - A linear fit is the one of [glm()], with [coef()], [vcov()], [logLik()], [deviance()] and
#'   [residuals()] as there, and [family()] gives the family back. A network's last layer gives
#'   the linear predictor.
#' - `weights` are prior weights. Under `binomial()` the outcome may be two classes, shares of
#'   successes with the numbers of trials as `weights`, or `cbind(successes, failures)`.
#' - Under `quasi*()`, and as in [glm()] under `MASS::negative.binomial()`, a dispersion is
#'   estimated (as an argument of the loss: `scatter = TRUE`). A quasi-likelihood has no
#'   [logLik()] and no [AIC()]: they are `NA`.
#' - Under some links not every output is a mean, as below 0 under `poisson("identity")`. A
#'   linear fit keeps to where all rows have one; where the likelihood would go beyond, a warning
#'   of class `nnfit_warning_boundary` says so. Predictions for other rows may be no means, as
#'   those of [glm()].
#'
#' @section Quantiles, expectiles, and rare classes:
#' `list("quantile", level = 0.9)` models the value that 90% of outcomes do not exceed
#' (Koenker and Bassett 1978), `list("expectile", level = 0.9)` the expectile, by
#' asymmetric squares (Newey and Powell 1987): 0.5 is the median, and half of squared
#' error. Of several levels, as `level = c(0.1, 0.5, 0.9)`, one model has an output for
#' each, the loss is their mean, and predictions are a matrix with the columns
#' `level_0.1` and so on. They never cross: the outputs for a row are put into ascending
#' order, which brings them nearer to what they estimate (Chernozhukov, Fernandez-Val and
#' Galichon 2010). In a linear model each level has coefficients of its own, which are
#' those of a fit to it alone, so that the lines themselves (`type = "link"`) may cross
#' where they are far from the data.
#'
#' A linear model of quantiles, and one under `"l1"`, is a linear program, which
#' `optimizer = "interior_point"`, their default, solves to about ten digits of the loss
#' (Portnoy and Koenker 1997), also under a `penalty`. It needs all rows in memory.
#'
#' `list("focal", gamma = 2)` is cross-entropy times `(1 - p)^gamma`, with `p` the
#' probability of a row's class, for two classes or more: rows that are told apart already
#' count little (Lin and others 2017). Its `weight` is that of `"cross_entropy"`. Its
#' probabilities are less sure of themselves than those of cross-entropy.
#'
#' @section A loss of your own:
#' `loss` may be an R function of two tensors, the prediction and the truth, that gives
#' the loss: `function(prediction, truth) mean(abs(prediction - truth)^1.5)`. It may use
#' R's operators and functions on tensors, and torch's (`torch$where()`).
#' - Both tensors have a row for each row and a column for each outcome, in the units of
#'   the data. Of two classes the prediction is the log-odds of the second, and the truth
#'   0 or 1; of more there is a score and a column of 0 and 1 for each class, and
#'   probabilities are what the logistic function or the softmax makes of them.
#' - It gives a single number, as a mean, or one for each row or element. `weights`,
#'   `class_weights`, `bootstrap` and `reduction = "sum"` need the latter. The loss of an
#'   epoch in batches is the mean of theirs.
#' - Before training it is tried on a few rows, and refused where it gives no finite
#'   number, or no gradient.
#' - It is followed once (the first time in a session that takes a second or two), and
#'   training then computes in Python what it did. One that looks at values of its
#'   tensors, at the number of rows (`length(truth)`) or draws random numbers can not be
#'   followed: it is called at every step, a message of class `nnfit_message_own_loss`
#'   says so, and a step takes some five times as long, nearly a millisecond.
#' - Linear models are trained by L-BFGS, which asks for a smooth loss; for another give
#'   `optimizer = "adam"`. Of a network no penalty is chosen. Under `scale = TRUE` a
#'   `penalty` is in parts of the loss that the outcome's mean has as prediction.
#' - The fit keeps the function (`fit$own_loss`), with what it was defined beside.
#'   It has no part in predictions. It takes no `offset`, and no files.
#'
#' @section Data larger than memory:
#' With a formula, `data` may be the path of a Parquet file, or of a folder of
#' Parquet files with the same columns (hive partitions are columns too). They
#' are read in Python by pyarrow (`install_nnfit(packages = "pyarrow")`), some
#' rows at a time, and are never in memory together: under 1 GB beside the
#' model, whatever their size (with the usual pages of 1 MB, up to some 250
#' columns that the formula uses). The fit is the one of the same rows in a data
#' frame, with these differences:
#' - The formula names columns as they are, with `.`, `- column`, `- 1`, `a:b`,
#'   `a * b` and `cbind(a, b)`. What `log(x)` would compute must be a column of
#'   the files. Strings, dictionaries and booleans are classes.
#' - A first reading finds levels and missing values and, where the formula
#'   has numbers alone, the scaling; else there is a second one. A linear model
#'   with squared error needs no other. Everything else reads the files in each
#'   epoch, unless all rows take no more than 128 MB: with `batch_size = NULL`
#'   for one step on all rows, otherwise in batches, for which few `epochs` may
#'   do. The next rows are read while the last are trained on.
#' - Batches are shuffled in a buffer: `shuffle_buffer =` rows (by default as
#'   many as take 128 MB) that lie together in the files, which are read in
#'   random order. `shuffle = FALSE` takes the rows in file order.
#' - `weights` is the name of a column. `validation` is a share, by which each
#'   row is held out or not, or another path.
#' - `processes = 4` trains in so many processes on this machine, which torchrun starts: each
#'   reads and computes a share of the rows. The fit is that of one process but for rounding and
#'   what `dropout` draws. Starting them takes some seconds. A process that dies is replaced, and
#'   training goes on from a checkpoint. `callback` is refused. For several machines see [nn_job()]
#'   and `vignette("processes", "nnfit")`.
#' - `fully_shard = TRUE` is for a `model` of your own that is too large for one device: of every
#'   parameter each process has a share, and a layer is there as a whole only while it is computed
#'   (FSDP2, torch's `fully_shard()`). It needs `batch_size`, and goes with no `checkpoint`.
#' - The fit holds no predictions: [fitted()] and [residuals()] have none to
#'   give. `predict(fit, path)` makes them, for new files as for these.
#'
#' @section Checkpoints:
#' With `checkpoint = "folder"` a fit is written down as it is trained: at the end of an
#' epoch, or between two batches, when 5 seconds have gone by (or 60 times as long as the
#' writing takes, so that it costs less than 2% of the time). After a crash, `kill -9` or a
#' power cut, the same call on the same data goes on from there, in a new session, and gives
#' what it would have given: parameters and [loss_table()] are the same, bit for bit, on the
#' same machine. So it is with mini-batches, dropout, schedules, `stop_iter`, `members`,
#' `bootstrap`, `restarts` and [nn_cv()], of which what is done is not done again, and with
#' Parquet files, which go on within an epoch.
#' - The file is put in the place of the one before when all of it is on the disk. Where it
#'   can not be written (a full disk), a warning of class `nnfit_warning_checkpoint` says so
#'   and training goes on; before anything is trained that is an error.
#' - A checkpoint of another call is refused, with the argument that differs: options, data,
#'   folds, versions of nnfit and torch. Of Parquet files path, size and time of change are
#'   compared. A seed that was drawn (`seed = NULL`) is that of the first call. Of a `loss` of
#'   your own its code is compared, and the values of all that it finds (what it was defined
#'   beside, objects of the workspace, functions that it calls), of tensors too; of other objects
#'   of Python only the class.
#' - A folder has one session at a time: another is refused. A session that has died does not
#'   count.
#' - With `isolate = TRUE` a crash leaves the session standing, see [nn-isolate].
#' - When the call is done its files are removed from the folder, and the same call begins
#'   anew: [saveRDS()] keeps the fit. After an error or an interrupt they stay.
#' - The file holds numbers and text, no code. It is for training on the CPU. What a
#'   `callback`, a `loss` or a `model` of your own keeps elsewhere than in parameters and
#'   buffers is not written down.
#'
#' @param x A formula (given as `formula`), a data frame, a numeric matrix, a
#'   tensor, or a recipe; for a `model` of your own also an array of more
#'   dimensions, of which the first is the rows'. Factors, interactions,
#'   transformations and `- 1` in a
#'   formula mean what they mean to [lm()]; `- 1` is
#'   `bias = FALSE`, with a column for every level of the first factor.
#' @param formula A formula such as `mpg ~ wt + factor(cyl)`, `y ~ .`,
#'   `cbind(a, b) ~ x` or `Surv(time, status) ~ x + strata(g)`.
#' @param data A data frame with the columns that the formula or the recipe
#'   names. A formula without `data` takes its variables from the workspace.
#'   Or the path of a Parquet file, or of a folder of them: see the section on
#'   data larger than memory.
#' @param y The outcome of each row of `x`: a numeric vector, a matrix with a
#'   column per outcome, a factor, strings, logicals, a tensor, or a `survival::Surv()`
#'   (see [nn-survival]). Beside a data frame also a formula, so that data may be piped in.
#' @param ... For `nn_fit()`: the options below, by name.
#' @param subset With a formula, as in [lm()]: which rows of `data` to use, as
#'   logicals, numbers or names of rows. It may use columns of `data`.
#' @param na.action What to do with rows in which something that the model uses is
#'   missing, as in [lm()]: a function or its name. By default the option
#'   `na.action`, which is [na.omit()] as R comes: these rows are left out, and the
#'   fit's print says how many. With [na.exclude()], [fitted()], [residuals()] and
#'   `predict(fit)` have `NA` for them; [na.fail()] refuses them.
#' @param offset Numbers, one per row, on the scale of the link (logits, logarithms of
#'   means, ...): a known part of the model's output, as in [glm()]. For several
#'   outcomes or classes a matrix with a column for each. With a formula it may use
#'   columns of `data`; `offset()` terms in the formula do the same. Predictions for
#'   other rows need theirs: from the columns of `newdata`, or as the argument `offset`
#'   of [predict()][predict.nn_fit].
#' @return For `nn_fit()`, an object of class `nn_fit`: a list of plain R data.
#'   Look at it with [print()], [summary()], [plot()], [coef()],
#'   [loss_table()], and use it with [predict()][predict.nn_fit]. For
#'   `nn_options()`, the checked options as a list.
#' @references
#' Albert and Anderson (1984), On the existence of maximum likelihood estimates in
#' logistic regression models, *Biometrika* 71(1), 1-10; Correia, Guimaraes and Zylkin
#' (2019), Verifying the existence of maximum likelihood estimates for generalized linear
#' models, arXiv:1903.01633.
#'
#' Chernozhukov, Fernandez-Val and Galichon (2010), Quantile and probability curves
#' without crossing, *Econometrica* 78(3), 1093-1125; Koenker and Bassett (1978),
#' Regression quantiles, *Econometrica* 46(1), 33-50; Newey and Powell (1987), Asymmetric
#' least squares estimation and testing, *Econometrica* 55(4), 819-847; Portnoy and
#' Koenker (1997), The Gaussian hare and the Laplacian tortoise, *Statistical Science*
#' 12(4), 279-300; Lin, Goyal, Girshick, He and Dollar (2017), Focal loss for dense object
#' detection, *ICCV*.
#'
#' Friedman, Hastie and Tibshirani (2010), Regularization paths for generalized linear
#' models via coordinate descent, *Journal of Statistical Software* 33(1), 1-22;
#' Breiman (1996), Bagging predictors, *Machine Learning* 24, 123-140; Box and Cox
#' (1964), An analysis of transformations, *Journal of the Royal Statistical Society B*
#' 26(2), 211-252; Holzmueller, Grinsztajn and Steinwart (2024), Better by default:
#' strong pre-tuned MLPs and boosted trees on tabular data, *NeurIPS*; Guo, Pleiss, Sun
#' and Weinberger (2017), On calibration of modern neural networks, *ICML*.
#'
#' `learn_rate`: Smith (2017), Cyclical learning rates for training neural networks,
#' *WACV*. `schedule`: Loshchilov and Hutter (2017), SGDR: stochastic gradient descent with warm
#' restarts, *ICLR*; Smith and Topin (2019), Super-convergence: very fast training of
#' neural networks using large learning rates, *SPIE* 11006.
#'
#' `"lbfgs"`: Nocedal and Wright (2006), *Numerical Optimization*, 2nd ed.,
#' chapters 3 and 7.
#'
#' `"levenberg_marquardt"`: Madsen, Nielsen and Tingleff (2004), *Methods for
#' Non-Linear Least Squares Problems*, 2nd ed.; for networks: Hagan and Menhaj
#' (1994), Training feedforward networks with the Marquardt algorithm, *IEEE
#' Transactions on Neural Networks* 5(6), 989-993.
#'
#' Factors with many levels: Guo and Berkhahn (2016), Entity embeddings of categorical
#' variables, arXiv:1604.06737; Howard and Gugger (2020), fastai: a layered API for deep
#' learning, *Information* 11(2), 108.
#'
#' `norm`: Ioffe and Szegedy (2015), Batch normalization, *ICML*; Ba, Kiros and Hinton
#' (2016), Layer normalization, arXiv:1607.06450. `residual`: He, Zhang, Ren and Sun
#' (2016), Deep residual learning for image recognition, *CVPR*. `skip`: Cheng et al.
#' (2016), Wide & deep learning for recommender systems, *DLRS*. `max_norm`: Srivastava,
#' Hinton, Krizhevsky, Sutskever and Salakhutdinov (2014), Dropout: a simple way to
#' prevent neural networks from overfitting, *JMLR* 15, 1929-1958.
#'
#' Families: McCullagh and Nelder (1989), *Generalized Linear Models*, 2nd ed.; `"tweedie_nll"`:
#' Jorgensen (1997), *The Theory of Dispersion Models*.
#'
#' Fewer rows than columns: Hastie and Tibshirani (2004), Efficient quadratic
#' regularization for expression arrays, *Biostatistics* 5(3), 329-340.
#' @seealso [nn_job()], [lm_compare()], [loss_table()], [predict.nn_fit()], [nn-survival].
#' @export
#' @examplesIf nnfit:::has_torch()
#' nn_fit(c ~ u, thermometer)
#'
#' set.seed(1)
#' fit <- nn_fit(Species ~ ., iris, hidden_units = 16)
#' fit
#' table(predict(fit, iris, type = "class"), iris$Species)
#'
#' # The lasso: some coefficients are zero
#' lasso <- nn_fit(mpg ~ ., mtcars, penalty = 0.2, mixture = 1)
#' coef(lasso)
#'
#' # Families of glm(), for linear models and for networks
#' nn_fit(cbind(ncases, ncontrols) ~ agegp, esoph, family = binomial("cloglog"))
#' nn_fit(breaks ~ wool + tension, warpbreaks, family = quasipoisson("sqrt"))
#' nn_fit(breaks ~ wool + tension, warpbreaks,
#'   family = Gamma(), hidden_units = 4, epochs = 50
#' )
#'
#' # Thirty stations, each with a level and a slope of its own: vectors of three numbers
#' # predict other rows better than dummy columns
#' station <- factor(sample(sprintf("s%02d", 1:30), 900, replace = TRUE))
#' level <- rnorm(30)
#' slope <- rnorm(30)
#' hour <- runif(900, -2, 2)
#' ozone <- level[station] + slope[station] * tanh(hour) + sin(2 * hour) + rnorm(900) / 2
#' days <- data.frame(station, hour, ozone)
#' dummies <- nn_fit(ozone ~ ., days[1:300, ], hidden_units = 16)
#' vectors <- nn_fit(ozone ~ ., days[1:300, ], hidden_units = 16, embed = list(station = 3))
#' new <- days[301:900, ]
#' c(
#'   dummies = mean((new$ozone - predict(dummies, new))^2),
#'   vectors = mean((new$ozone - predict(vectors, new))^2)
#' )
#' plot(vectors, "embedding")
#'
#' # A deeper network: layer norm, residual layers, and what a linear model can do beside
#' deep <- nn_fit(mpg ~ ., mtcars,
#'   hidden_units = c(16, 16, 16), norm = "layer_norm", residual = TRUE, skip = TRUE,
#'   init = "orthogonal", max_norm = 2, epochs = 100
#' )
#' deep
#' coef(deep)$skip.weight
#'
#' # Quantiles, a loss for rare classes, and a loss of one's own
#' nn_fit(mpg ~ wt, mtcars, loss = list("quantile", level = c(0.1, 0.5, 0.9)))
#' nn_fit(mpg ~ wt, mtcars, loss = list("expectile", level = 0.9))
#' nn_fit(Species ~ ., iris, hidden_units = 4, loss = list("focal", gamma = 2), epochs = 50)
#' nn_fit(mpg ~ wt, mtcars, loss = function(prediction, truth) {
#'   mean(abs(prediction - truth)^1.5)
#' })
#'
#' # Three networks averaged, classes that count alike, gradients that are cut
#' nn_fit(factor(am) ~ wt + hp, mtcars,
#'   hidden_units = 4, members = 3, class_weights = "balanced", clip_norm = 1, epochs = 100
#' )
#'
#' # A function that is called after every tenth epoch, and ends training
#' not_yet <- function(state) state$train_loss > 3
#' nn_fit(c ~ u, thermometer, hidden_units = 8, callback = list(not_yet, every = 10), seed = 1)
#'
#' # Written down as it is trained: had the session died, the same call would go on
#' folder <- file.path(tempdir(), "thermometer")
#' nn_fit(c ~ u, thermometer, hidden_units = 8, checkpoint = folder, seed = 1)
#' unlink(folder, recursive = TRUE)
#' \dontrun{
#'
#' # Flights of ten years, a folder of Parquet files
#' late <- nn_fit(delay ~ carrier * hour + distance, "flights/",
#'   hidden_units = 32, batch_size = 1024, epochs = 3, validation = "flights-2024.parquet"
#' )
#' predict(late, "flights-2025.parquet")
#' }
nn_fit <- function(x, ...) {
  UseMethod("nn_fit")
}

#' @rdname nn_fit
#' @export
nn_fit.formula <- function(formula, data, ..., weights = NULL, subset = NULL,
                           na.action = getOption("na.action"), offset = NULL) {
  call <- rlang::current_env()
  if (missing(formula)) refuse_missing_formula(call)
  rows <- row_arguments(
    rlang::enquo(weights), rlang::enquo(subset), rlang::enquo(offset), na.action, call
  )
  if (missing(data)) data <- workspace_data(formula, call)
  if (is_path(data)) {
    check_path_rows(rows, missing(na.action), call)
    return(nn_fit_parquet(formula, data, rows, call, ...))
  }
  check_data_frame(data, "data", call)
  fit_formula(formula, data, rows, call, ...)
}

refuse_missing_formula <- function(call) {
  abort_nnfit("argument", c(
    "{.arg formula} is missing.", "i" = "Give it as {.arg formula}, or first and without a name."
  ), call)
}

# `call`: the frame of the function that the user called, for errors and the
# fit's own `call`.
fit_formula <- function(formula, data, rows, call, ...) {
  task <- formula_task(formula, data, rows, call, ...)
  nn_fit_bridge(task$design, task$outcome, task$options, call, task$formula)
}

# What a formula and its data ask to be fitted.
formula_task <- function(formula, data, rows, call, ...) {
  options <- collect_options(..., call = call, .outcome = likely_kind(
    rlang::eval_tidy(rlang::f_lhs(formula), data, rlang::f_env(formula))
  ))
  check_two_sided(formula, call)
  options["validation"] <- list(split_rows(options$validation, data, call))
  design <- design_formula(formula, data, call, rows, options$embed)
  options[c("weights", "offset")] <- list(design$weights, design$offset)
  # `- 1` leaves a column out; a module of the user's own has the biases that it has.
  options$bias <- options$bias & (design$intercept || !is.null(options$model))
  if (!ncol(design$x) && !any(options$bias)) {
    abort_nnfit("argument", "{.arg formula} must have a predictor or an intercept.", call)
  }
  remember_places(design$blueprint$terms, formula, call)
  environment(formula) <- environment(design$blueprint$terms)
  outcome <- with_strata(as_outcome(design$y, "data", call), design$strata)
  outcome <- with_titles(outcome, data, formula[[2]])
  if (!ncol(design$x) && outcome$kind == "survival") {
    abort_nnfit("argument", c(
      "{.arg formula} must have a predictor: a model of risks has no intercept.",
      "i" = "{.code survival::survfit(Surv(time, status) ~ 1, data)} is a curve without predictors."
    ), call)
  }
  list(formula = formula, design = design, options = options, outcome = outcome)
}

#' @rdname nn_fit
#' @export
nn_fit.data.frame <- function(x, y, ..., na.action = getOption("na.action")) {
  call <- rlang::current_env()
  # The data first, as a pipe gives them: `mtcars |> nn_fit(mpg ~ wt)`.
  if (!missing(y) && rlang::is_formula(y)) {
    fit <- nn_fit(y, x, ..., na.action = na.action)
    fit$call <- formula_first(match.call())
    return(fit)
  }
  # By name, in any order, as lm() takes them: `nn_fit(data = d, formula = y ~ x)`.
  if (missing(x)) {
    fit <- nn_fit.formula(..., na.action = na.action)
    fit$call <- replace(match.call(), 1, list(quote(nn_fit)))
    return(fit)
  }
  options <- collect_options(..., call = call, .outcome = likely_kind(y))
  check_data_frame(x, "x", call)
  check_width(ncol(x), "x", call)
  outcome <- outcome_of(y, call, names(x))
  options["validation"] <- list(split_rows(options$validation, x, call))
  design <- design_data_frame(x, call, options$embed)
  nn_fit_bridge(design, outcome, options, call, na_action = na.action)
}

#' @rdname nn_fit
#' @export
nn_fit.matrix <- function(x, y, ..., na.action = getOption("na.action")) {
  fit_matrix(x, y, na.action, rlang::current_env(), ...)
}

fit_matrix <- function(x, y, na_action, call, ...) {
  if (is_deep(x)) return(fit_array(x, y, na_action, call, ...))
  options <- collect_options(..., call = call, .outcome = likely_kind(y))
  refuse_embed(options, "a matrix", call)
  check_rows(nrow(x), "x", call)
  check_width(ncol(x), "x", call)
  outcome <- outcome_of(y, call, colnames(x))
  nn_fit_bridge(design_matrix(x, call), outcome, options, call, na_action = na_action)
}

#' @rdname nn_fit
#' @export
nn_fit.torch.Tensor <- function(x, y, ..., na.action = getOption("na.action")) {
  fit_matrix(tensor_rows(x), y, na.action, rlang::current_env(), ...)
}

tensor_rows <- function(x) {
  x <- as.array(x)
  if (is_deep(x)) x else as.matrix(x)
}

#' @rdname nn_fit
#' @export
nn_fit.array <- function(x, y, ..., na.action = getOption("na.action")) {
  if (!is_deep(x)) return(nn_fit.default(x))
  fit_array(x, y, na.action, rlang::current_env(), ...)
}

fit_array <- function(x, y, na_action, call, ...) {
  options <- collect_options(..., call = call, .outcome = likely_kind(y))
  refuse_embed(options, "an array", call)
  design <- design_array(x, options, call)
  nn_fit_bridge(design, outcome_of(y, call), options, call, na_action = na_action)
}

#' @rdname nn_fit
#' @export
nn_fit.recipe <- function(x, data, ..., na.action = getOption("na.action")) {
  call <- rlang::current_env()
  if (missing(data)) refuse_missing("data", call)
  options <- collect_options(..., call = call)
  check_data_frame(data, "data", call)
  options["validation"] <- list(split_rows(options$validation, data, call))
  design <- design_recipe(x, data, call, options$embed)
  options["weights"] <- list(recipe_weights(options$weights, design$weights, call))
  outcome <- with_titles(as_outcome(design$y, "data", call), unchanged(data, design$y))
  nn_fit_bridge(design, outcome, options, call, na_action = na.action)
}

# A recipe may have a column with the role of case weights.
recipe_weights <- function(given, column, call) {
  if (!is.null(given) && !is.null(column)) {
    abort_nnfit("argument", c(
      "{.arg weights} must not be given where the recipe has a column of case weights."
    ), call)
  }
  given %||% column
}

#' @export
nn_fit.default <- function(x, ...) {
  abort_nnfit("argument", c(
    "{.arg x} must be a formula, data frame, matrix, tensor or recipe, not {describe(x)}.",
    "i" = if (!missing(x)) "{meant_predictors(x)}"
  ), rlang::current_env())
}

# What something else may have been meant to be, as text.
meant_predictors <- function(x) {
  if (rlang::is_string(x) && grepl("~", x, fixed = TRUE, useBytes = TRUE)) {
    "A formula has no quotes; of a string, `as.formula(x)` makes one."
  } else if (is.list(x)) {
    "Of a list of columns, `as.data.frame(x)` makes a data frame."
  } else if (is.atomic(x) && length(x) > 1) {
    "For one predictor: `as.matrix(x)`."
  }
}

formula_first <- function(call) {
  given <- as.list(call)[-1]
  names(given)[match(c("x", "y"), names(given))] <- c("data", "formula")
  as.call(c(quote(nn_fit), given["formula"], given[names(given) != "formula"]))
}

outcome_of <- function(y, call, columns = NULL) {
  if (missing(y)) {
    abort_nnfit("argument", c(
      "{.arg y}, the outcome, is missing.", "i" = "It has a value for each row of {.arg x}."
    ), call)
  }
  if (rlang::is_string(y) && y %in% columns) {
    abort_nnfit("argument", c(
      "{.arg y} must be the values of the outcome, not the name of a column.",
      "i" = "By names, give a formula: {.code nn_fit({y} ~ ., data)}."
    ), call)
  }
  with_own_titles(as_outcome(y, "y", call), y)
}
