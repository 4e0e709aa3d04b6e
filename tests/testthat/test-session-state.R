# What the user has set, in R, in Python and in torch, is as it was after every
# function, whether it ended well, by an error or by an interrupt.

skip_on_cran() # it takes long; `make test` has it

test_that("the user's session is as it was", {
  skip_if_no_torch()
  skip_on_os("windows")
  changed <- in_new_session(function() {
    grDevices::pdf(NULL)
    reticulate::py_run_string(paste(
      "import ctypes, os, signal, sys, threading, warnings",
      "import numpy, torch",
      "def state():",
      "    c = ctypes.create_string_buffer(512)",
      "    ctypes.CDLL(None).sigaction(signal.SIGINT, None, c)",
      "    return {",
      "        'threads': torch.get_num_threads(),",
      "        'dtype': str(torch.get_default_dtype()),",
      "        'grad': torch.is_grad_enabled(),",
      "        'inference': torch.is_inference_mode_enabled(),",
      "        'deterministic': torch.are_deterministic_algorithms_enabled(),",
      "        'precision': torch.get_float32_matmul_precision(),",
      "        'anomaly': torch.is_anomaly_enabled(),",
      "        'print': str(vars(torch._tensor_str.PRINT_OPTS)),",
      "        'torch rng': torch.random.get_rng_state().numpy().tobytes().hex(),",
      "        'numpy rng': str(numpy.random.get_state()),",
      "        'numpy errors': str(numpy.geterr()),",
      "        'warnings': str(warnings.filters),",
      "        'dlopen': sys.getdlopenflags(),",
      "        'hook': str(sys.excepthook),",
      "        'path': str(sys.path),",
      "        'sigint': str(signal.getsignal(signal.SIGINT)),",
      "        'sigint in C': c.raw[:8].hex(),",
      "        'python threads': threading.active_count(),",
      "        'environment': str(dict(os.environ)),",
      "    }",
      "def interrupt_soon():",
      "    threading.Timer(0.4, lambda: os.kill(os.getpid(), signal.SIGINT)).start()",
      sep = "\n"
    ))
    main <- reticulate::import_main()
    state <- function() {
      c(
        main$state(),
        list(
          options = options()[setdiff(names(options()), "rlang_trace_top_env")],
          par = graphics::par(no.readonly = TRUE), locale = Sys.getlocale(),
          seed = .Random.seed, folder = getwd(), R = Sys.getenv(),
          search = search(), devices = grDevices::dev.list(), sinks = sink.number(),
          bars = ls(cli:::clienv$progress, all.names = TRUE)
        )
      )
    }
    interrupting <- function(code) {
      main$interrupt_soon()
      suppressMessages(tryCatch(code, interrupt = function(condition) "interrupted"))
    }
    fit <- nn_fit(mpg ~ wt, mtcars, hidden_units = 3, epochs = 30, bootstrap = 3, seed = 1)
    linear <- nn_fit(mpg ~ wt, mtcars, bootstrap = 5, seed = 1)
    # loads what torch's optimizers need, which brings warnings filters of its own
    nn_fit(mpg ~ wt, mtcars, hidden_units = 3, engine = "autograd", epochs = 2, seed = 1)
    module <- torch$nn$Linear(1L, 1L)
    wrong <- torch$nn$Linear(3L, 1L)
    endless <- function(...) {
      nn_fit(mpg ~ wt, mtcars, hidden_units = 3, epochs = 1e7, seed = 1, ...)
    }
    calls <- list(
      fit = function() nn_fit(mpg ~ wt, mtcars, hidden_units = 3, epochs = 30, seed = 1),
      autograd = function() nn_fit(mpg ~ wt, mtcars, engine = "autograd", epochs = 3, seed = 1),
      module = function() nn_fit(mpg ~ wt, mtcars, model = module, epochs = 3, seed = 1),
      bar = function() endless(progress = TRUE) |> interrupting(),
      silent = function() endless() |> interrupting(),
      by_autograd = function() endless(engine = "autograd") |> interrupting(),
      replicates = function() endless(bootstrap = 3) |> interrupting(),
      starts = function() endless(restarts = 3) |> interrupting(),
      folds = function() {
        nn_cv(mpg ~ wt, mtcars, hidden_units = 3, epochs = 1e6, folds = 4, seed = 1) |>
          interrupting()
      },
      argument = function() try(nn_fit(mpg ~ wt, mtcars, epochs = -1), silent = TRUE),
      core = function() {
        try(nn_fit(mpg ~ wt, mtcars, model = wrong, seed = 1), silent = TRUE)
      },
      diverged = function() {
        suppressWarnings(
          nn_fit(mpg ~ wt, mtcars, optimizer = "sgd", learn_rate = 1e6, scale = FALSE, seed = 1)
        )
      },
      cv = function() nn_cv(mpg ~ wt, mtcars, hidden_units = 3, epochs = 3, folds = 3, seed = 1),
      compare = function() lm_compare(mpg ~ wt, mtcars, seed = 1),
      predict = function() predict(fit, mtcars, interval = "confidence"),
      predict_error = function() try(predict(fit, mtcars["hp"]), silent = TRUE),
      summary = function() capture.output(print(summary(linear)), print(fit), print(linear)),
      confint = function() list(vcov(linear), confint(linear), logLik(linear), loss_table(fit)),
      playground = function() if (requireNamespace("shiny")) nn_playground(epochs = 3),
      update = function() update(fit, epochs = 3),
      effects = function() {
        plot(nn_effects(linear))
        for (type in c("partial", "ice", "ale")) plot(nn_effects(fit, "wt", type = type))
        plot(loss_table(fit)) # the region of the last plot is among what is compared
      },
      plot = function() {
        plot(fit)
        plot(loss_table(fit))
      },
      plot_error = function() try(plot(fit, which = "nonsense"), silent = TRUE)
    )
    for (call in calls) invisible(call()) # what is loaded and drawn for the first time
    set.seed(1)
    Sys.sleep(0.5)
    changed <- list()
    for (name in names(calls)) {
      before <- state()
      calls[[name]]()
      Sys.sleep(0.05) # Python's timer has ended
      after <- state()
      differ <- names(before)[!mapply(identical, before, after)]
      if (length(differ)) changed[[name]] <- differ
    }
    changed
  })
  expect_identical(changed, list())
})
