#' A fit for other programs
#'
#' `nn_export()` writes a fit as an ONNX file, by which programs in other languages predict: C#,
#' Java, JavaScript, C++ or Python, by [onnxruntime](https://onnxruntime.ai), without R, torch or
#' nnfit. All of [predict()][predict.nn_fit] is in the file: standardising, embedded factors,
#' members and their mean, the way back to the units of the outcome, the inverse link.
#'
#' What a formula or a recipe does is not: the file takes the columns that these make. `nn_design()`
#' makes them of new data, as the file wants them.
#'
#' torch's own exporter writes the file (opset 18 or later). It needs torch 2.6 or later and the
#' Python packages onnx and onnxscript
#' (`install_nnfit(packages = c("onnx", "onnxscript", "onnxruntime"))`). Where onnxruntime is there
#' too, the file is tried on some rows before it is written: one that predicts otherwise than the
#' fit does is refused. Of a fit that diverged, or learned nothing, is warned again.
#'
#' @section What goes in and what comes out:
#' - The input `x` (rows, columns): the columns of `nn_design()`, in their order and in the units of
#'   the data. A factor is a column of 0 and 1 for each level but the first (`factor(cyl)6`
#'   is 1 where `cyl` is 6), or for each level, as without an intercept, or what its contrasts say:
#'   see `variables` below. An interaction is the products of columns, `poly(x, 2)` two columns of
#'   its numbers. Of an embedded factor it is the position of the level, from 0; any other number, a
#'   fraction too, stands for a level that the fit has not seen.
#' - The input `offset` (rows, outcomes), for a fit that was made with one, on the scale of the
#'   link. Without one there is no such input.
#' - The output `probabilities` (rows, classes), of two classes too; or else `response` (rows,
#'   outcomes), as `predict(fit, newdata)` gives it; of censored times it is a risk.
#'
#' A row with a value that is missing or infinite gets `NaN`. There may be any number of rows.
#'
#' The file says what it holds in its metadata (`metadata_props`). JSON are `columns`, `outputs` and
#' `classes`, the names of the columns that go in and come out; `levels`, those of embedded columns,
#' in their order; `ignored`, columns that take no part; and `variables`, how the factors of the
#' formula become columns. `formula`, `outcome` (`numeric`, `binary`, `class` or `survival`),
#' `loss`, `link`, `schema` (the version of the fit's fields) and `written_by` are words.
#'
#' `variables` has for each factor its `name`, its `levels` (`null`: a missing value) and, a row for
#' each of these, the columns that they become, its `contrasts`, in the `terms` that it names. One
#' that is coded by contrasts in some terms and by a column for each level in others, such as
#' `factor(cyl)` in `mpg ~ factor(cyl) + wt:factor(cyl)`, is there twice. The columns of a term of
#' several variables are the products of theirs, those of the first varying fastest; `columns` has
#' the terms in the order of [terms()].
#'
#' @section Accuracy:
#' Numbers come and go in float64, and a network computes in the dtype of the fit: predictions are
#' those of torch to about 1e-6 of their size for networks in float32, and to 1e-12 for linear
#' models and networks in float64. `dtype = "float32"` is for runtimes that know no other numbers,
#' such as those on a phone or a GPU. There a column that is far from 0 for how much it varies,
#' such as a year, loses digits.
#'
#' A network in float32 ends at 3e38: where a number in it grows beyond, as for a value very far
#' from those of the training rows, the file gives `Inf` or `NaN`. `predict()` goes on in float64
#' there, and so does a file with `dtype = "float64"`, which computes in that throughout.
#'
#' @param fit A fit, of any kind. A module of your own (`nn_fit(model = )`) is exported if torch
#'   can; if not, the error says why.
#' @param path The name of a file, such as `"model.onnx"`. One that is there is replaced as a
#'   whole: if something goes wrong, it is as it was.
#' @param model The torch module that the model was fitted with, if that was one of your own and
#'   this is another R session.
#' @param dtype `"float32"` or `"float64"`: of all numbers in the file. `NULL`: as `predict()` has
#'   them, see Accuracy.
#' @param newdata New data, as [predict()][predict.nn_fit] takes them, but no file.
#' @param offset For a fit with an offset that `newdata` do not hold: that of their rows.
#' @return `nn_export()`: `path`, invisibly. `nn_design()`: a matrix of doubles, a row for each row
#'   of `newdata`; a level that the fit has not seen is `NA`, or of an embedded factor the position
#'   after the last. Its attribute `offset` is a matrix too, where the fit has one.
#' @seealso [nn_save()] for a file that R and Python read, as a fit.
#' @examplesIf nnfit:::has_onnx()
#' fit <- nn_fit(Species ~ ., iris, hidden_units = 8, epochs = 50, seed = 1)
#' path <- tempfile(fileext = ".onnx")
#' nn_export(fit, path)
#' nn_design(fit, iris[c(1, 51, 101), ])
#' # In Python, where neither torch nor nnfit is needed:
#' #   import json, numpy, onnxruntime
#' #   session = onnxruntime.InferenceSession("model.onnx")
#' #   about = session.get_modelmeta().custom_metadata_map
#' #   json.loads(about["columns"])   # ['Sepal.Length', 'Sepal.Width', ...]
#' #   x = numpy.array([[5.1, 3.5, 1.4, 0.2]])
#' #   session.run(None, {"x": x})    # a probability for each of json.loads(about["classes"])
#' # In C#, with the package Microsoft.ML.OnnxRuntime:
#' #   var session = new InferenceSession("model.onnx");
#' #   var x = new DenseTensor<double>(new[] {5.1, 3.5, 1.4, 0.2}, new[] {1, 4});
#' #   session.Run(new[] {NamedOnnxValue.CreateFromTensor("x", x)});
#'
#' @examplesIf nnfit:::has_onnx() && reticulate::py_module_available("onnxruntime")
#' # From R, by the same onnxruntime
#' onnxruntime <- reticulate::import("onnxruntime")
#' session <- onnxruntime$InferenceSession(path)
#' session$run(NULL, list(x = nn_design(fit, iris[c(1, 51, 101), ])))[[1]]
#' predict(fit, iris[c(1, 51, 101), ], type = "prob")
#' @export
nn_export <- function(fit, path, model = NULL, dtype = NULL) {
  call <- rlang::current_env()
  if (missing(fit)) refuse_missing("fit", call)
  if (missing(path)) refuse_missing("path", call)
  check_is_fit(fit, call)
  check_rule(path, path_rule_of("model.onnx"), "path", call)
  check_rule(dtype, exported_dtype_rule, "dtype", call)
  module <- recall_module(fit, model, call)
  need_packages(onnx_packages, "torch writes ONNX files by", call)
  warn_useless(fit, call)
  beside <- list(model = module, dtype = dtype, shape = as.list(as.integer(fit$columns$shape)))
  args <- c(list(fit_state(fit), path.expand(path), about_fit(fit)), beside[lengths(beside) > 0])
  call_core("export", args, call)
  invisible(path)
}

exported_dtype_rule <- rule("`NULL`, \"float32\" or \"float64\"", function(x) {
  is.null(x) || (rlang::is_string(x) && x %in% c("float32", "float64"))
})

# What Python does not know of a fit, for the file to say. In lists, as a single string would
# be one in Python.
about_fit <- function(fit) {
  blueprint <- fit$blueprint
  c(
    list(written_by = paste0("nnfit ", utils::packageVersion("nnfit"), ", R ", getRversion())),
    Filter(length, list(
      columns = if (is.null(fit$columns$shape)) as.list(fit$columns$names),
      outcomes = as.list(fit$outcome$names),
      formula = if (!is.null(fit$formula)) deparse1(stats::formula(blueprint$terms)),
      variables = if (inherits(blueprint, "nn_formula_blueprint")) about_factors(blueprint)
    ))
  )
}

# The factors of a formula, as JSON: their levels, and the columns that each level becomes. A factor
# may be coded in one way in some terms and in another in others; each way is an entry.
about_factors <- function(blueprint) {
  terms <- predictor_terms(blueprint)
  codes <- meant_factors(terms, blueprint)
  variables <- term_variables(terms)
  labels <- apply(codes > 0, 2, function(used) paste(variables[used], collapse = ":"))
  ways <- lapply(seq_along(variables), function(place) {
    name <- variables[place]
    levels <- if (!name %in% blueprint$embedded) meant_levels(name, blueprint)
    if (is.null(levels)) return(NULL)
    lapply(sort(setdiff(codes[place, ], 0L)), function(code) {
      list(
        name = name, levels = as.list(levels), terms = as.list(labels[codes[place, ] == code]),
        contrasts = if (code == 2) diag(length(levels)) else
          meant_contrasts(name, levels, blueprint)
      )
    })
  })
  ways <- unlist(ways, recursive = FALSE)
  if (length(ways)) as.character(jsonlite::toJSON(ways, auto_unbox = TRUE, digits = NA))
}

#' @rdname nn_export
#' @export
nn_design <- function(fit, newdata, offset = NULL) {
  call <- rlang::current_env()
  if (missing(fit)) refuse_missing("fit", call)
  if (missing(newdata)) refuse_missing("newdata", call)
  check_is_fit(fit, call)
  if (is_path(newdata)) {
    abort_nnfit("argument", "{.arg newdata} must be in memory, not in a file: read it first.", call)
  }
  forged <- forge_new(fit, newdata, offset, "mean", call)
  x <- forged$x
  names <- if (length(dim(x)) == 2) {
    list(forged$row_names %||% rownames(newdata), fit$columns$names)
  }
  x <- array(as.double(x), dim(x), names)
  if (!is.null(forged$offset)) attr(x, "offset") <- unname(forged$offset)
  x
}
