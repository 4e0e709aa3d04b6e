# A server that answers with the predictions of a fit, in R alone: no Python is started. The
# environment variable NNFIT_FIT names the file that saveRDS() has written. How to start it and
# how to ask it is in vignette("without-python").

library(nnfit)
fit <- readRDS(Sys.getenv("NNFIT_FIT"))

#* What is served
#* @get /
#* @serializer unboxedJSON
function() {
  list(formula = deparse1(formula(fit)), rows = nobs(fit), nnfit = format(packageVersion("nnfit")))
}

#* Predictions, one for each row that is sent
#* @post /predict
#* @param type:str As predict() takes it.
#* @param interval:str "none", "confidence" or "prediction".
#* @param level:dbl Between 0 and 1.
#* @serializer json list(digits = NA, na = "null")
function(req, res, type = "response", interval = "none", level = 0.95) {
  tryCatch({
    rows <- as.data.frame(req$body)
    found <- predict(
      fit, rows, type = type, interval = interval, level = as.numeric(level), engine = "r"
    )
    if (is.null(dim(found))) data.frame(fit = unname(found)) else as.data.frame(found)
  }, nnfit_error = function(error) {
    # What was sent is no data for this model; other errors are the server's.
    res$status <- 400
    list(error = cli::ansi_strip(conditionMessage(error)))
  })
}
