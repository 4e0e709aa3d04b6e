# What can be wrong with Python: each with a test on the facts (see install-diagnose.R), the
# sentence that names it and the cure that works in that set-up. The first that applies is
# told. Paths and what Python said are data: the sentences are put into messages as values.

problem <- function(applies, says, cure) list(applies = applies, says = says, cure = cure)

# What was chosen does not lead to a Python.
is_unusable <- function(facts) is_chosen(facts) && is.null(facts$path)

choice_problems <- list(
  empty = problem(
    function(facts) is_chosen(facts) && !nzchar(facts$chosen),
    function(facts) paste(facts$variable, "is set, but empty."),
    function(facts) unset(facts)
  ),
  environment = problem(
    function(facts) is_unusable(facts) && facts$variable == "RETICULATE_PYTHON_ENV",
    function(facts) paste0(named_by(facts), ", and there is no such environment."),
    function(facts) unset(facts)
  ),
  nowhere = problem(
    function(facts) is_unusable(facts) && !file.exists(facts$chosen),
    function(facts) paste0(named_by(facts), ", which does not exist."),
    function(facts) unset(facts)
  ),
  folder = problem(
    function(facts) is_unusable(facts) && !file.exists(facts$asked),
    function(facts) {
      paste0(named_by(facts), ", a folder without a program \"python\" in it.")
    },
    function(facts) {
      inside <- file.path(facts$chosen, "bin", "python")
      better <- if (file.exists(inside)) paste0("Set it to ", quoted(inside), " instead. Or: ")
      paste0(better, unset(facts))
    }
  )
)

# What was chosen is a program.
chosen_program_problems <- list(
  no_python = problem(
    function(facts) is_unusable(facts) && is.null(facts$has$version),
    function(facts) {
      reason <- if (nzchar(facts$has$said)) paste0(" (it says: ", facts$has$said, ")")
      paste0(named_by(facts), ", which is not a Python that runs", reason, ".")
    },
    function(facts) unset(facts)
  ),
  refused = problem(
    is_unusable,
    function(facts) {
      paste0(
        quoted(facts$asked), " is Python ", facts$has$version, ", which ", bridge$name, " ",
        bridge$version(), " can not use: ", first_line(facts$said %||% "it does not say why")
      )
    },
    function(facts) paste0("Update ", bridge$name, ", or choose another Python. ", unset(facts))
  )
)

# nnfit's own environment is there, and reticulate takes no Python, or one that has nothing.
is_passed_over <- function(facts) {
  serves <- !is.null(facts$path) && (is_nnfits_own(facts$path) || length(facts$has[["torch"]]))
  !serves && !is_chosen(facts) && !is_users(facts) && is_environment(nnfit_environment())
}

# Nothing was chosen.
absence_problems <- list(
  managed = problem(
    function(facts) facts$managed,
    function(facts) {
      paste(
        "No Python is chosen, and nnfit's own environment is not there.", bridge$name,
        "would download one, with torch: several GB."
      )
    },
    function(facts) install_there(torch_and_numpy(), facts)
  ),
  broken_own = problem(
    is_passed_over,
    function(facts) {
      reason <- if (is.null(facts$path) && length(facts$said)) paste0(": ", first_line(facts$said))
      paste0(
        "nnfit's own environment, ", quoted(nnfit_environment()), ", does not run", reason, "."
      )
    },
    function(facts) "Run nnfit::install_nnfit(new_env = TRUE) once, then restart R."
  ),
  none = problem(
    function(facts) is.null(facts$path),
    function(facts) {
      paste0("No Python was found", if (length(facts$said)) paste0(": ", facts$said) else ".")
    },
    function(facts) {
      paste0(
        "Install Python 3.9 or later (on Debian: apt install python3-venv python3-dev), ",
        "run nnfit::install_nnfit() once, then restart R."
      )
    }
  )
)

program_problems <- list(
  unreadable = problem(
    function(facts) is_unreadable(facts$path) && !facts$running,
    function(facts) {
      paste0(
        "The path of Python, ", quoted(as_utf8(facts$path)), ", has letters that R's language (",
        Sys.getlocale("LC_CTYPE"), ") does not have."
      )
    },
    function(facts) {
      paste0(
        "Start R in a language with UTF-8, for example with LC_ALL=C.UTF-8 in the environment; ",
        "or make the environment elsewhere, by nnfit::install_nnfit(\"/a/path/without/them\"), ",
        "and set RETICULATE_PYTHON to that path and /bin/python."
      )
    }
  ),
  no_library = problem(
    function(facts) !facts$shared,
    function(facts) {
      paste(quoted(facts$path), "has no shared library (libpython), by which R reaches a Python.")
    },
    function(facts) {
      python <- paste0(
        "a Python that has one (on Debian: apt install python3-dev; pyenv: set ",
        "PYTHON_CONFIGURE_OPTS=--enable-shared and install it anew)"
      )
      if (!is_users(facts)) {
        paste0("Get ", python, ", and run nnfit::install_nnfit(new_env = TRUE).")
      } else {
        paste0("Choose ", python, ".")
      }
    }
  ),
  broken_program = problem(
    function(facts) is.null(facts$has$version),
    function(facts) {
      paste0(quoted(facts$path), " does not run: ", facts$has$said %||% "it is not there", ".")
    },
    function(facts) {
      if (!is_users(facts)) {
        "Run nnfit::install_nnfit(new_env = TRUE) once, then restart R."
      } else {
        "Mend it, or choose another Python; then restart R."
      }
    }
  ),
  old_python = problem(
    function(facts) release(facts$has$version) < "3.9",
    function(facts) {
      paste0(quoted(facts$path), " is Python ", facts$has$version, "; nnfit needs 3.9 or later.")
    },
    function(facts) {
      if (!is_users(facts)) {
        "Run nnfit::install_nnfit(python = <path of a newer Python>, new_env = TRUE)."
      } else if (is_chosen(facts)) {
        unset(facts)
      } else {
        "Choose a newer Python, or choose none and run nnfit::install_nnfit(); then restart R."
      }
    }
  )
)

# What holds of NumPy as of torch.
package_problems <- function(package, title) {
  is_in <- function(facts) paste(title, "in", place_of(package, facts))
  list(
    hidden = problem(
      function(facts) is_hidden(facts, package),
      function(facts) {
        paste0(
          quoted(facts$has[[paste0(package, "_file")]]), " in the working directory hides the ",
          "Python package ", package, "."
        )
      },
      function(facts) "Rename or remove it, then restart R."
    ),
    absent = problem(
      function(facts) !is.null(facts$has[[paste0(package, "_absent")]]),
      function(facts) paste0(title, " is not installed in ", at_path(facts), "."),
      function(facts) mend(package, facts, install_there(torch_and_numpy(), facts))
    ),
    damaged = problem(
      function(facts) is.null(facts$has[[package]]),
      function(facts) {
        reason <- facts$has[[paste0(package, "_error")]] %||% "its import ends Python"
        paste0(is_in(facts), " does not load: ", reason, ".")
      },
      function(facts) mend(package, facts, anew(package, facts))
    ),
    half = problem(
      function(facts) !grepl("^[0-9]", facts$has[[package]]),
      function(facts) paste0(is_in(facts), " is installed in part: it has no version."),
      function(facts) mend(package, facts, anew(package, facts))
    )
  )
}

version_problems <- list(
  new_numpy = problem(
    function(facts) !numpy_works(facts$has[["numpy"]]),
    function(facts) {
      paste0(
        bridge$name, " ", bridge$version(), " can not use NumPy ", facts$has[["numpy"]],
        ", which is in ", place_of("numpy", facts), "."
      )
    },
    function(facts) {
      there <- mend("numpy", facts, install_there(numpy_requirement(), facts))
      paste("Update", bridge$name, "to 1.38 or later, or:", there)
    }
  ),
  old_torch = problem(
    function(facts) !torch_works(facts$has[["torch"]]),
    function(facts) {
      paste0(
        "torch ", facts$has[["torch"]], " in ", place_of("torch", facts),
        " is too old: nnfit needs 2.4 or later."
      )
    },
    function(facts) mend("torch", facts, install_there("torch>=2.4", facts))
  )
)

# Nothing is wrong with it, and yet R could not load it.
r_problems <- list(
  only_in_r = problem(
    function(facts) length(facts$said) == 1,
    function(facts) {
      paste0("torch loads in ", at_path(facts), " itself, but not in R: ", first_line(facts$said))
    },
    function(facts) {
      paste(
        "Restart R and load nnfit before other packages that use Python or compiled libraries.",
        "If that does not help:", install_there("torch>=2.4", facts, "new_env = TRUE")
      )
    }
  )
)

python_problems <- c(
  choice_problems, chosen_program_problems, absence_problems, program_problems,
  package_problems("numpy", "NumPy"), version_problems["new_numpy"],
  package_problems("torch", "torch"), version_problems["old_torch"],
  r_problems
)
