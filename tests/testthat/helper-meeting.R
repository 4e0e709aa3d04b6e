# Some builds of torch, such as Debian's 2.6, are made so that torchrun's processes can not meet.
skip_if_no_meeting <- function() {
  skip_if_no_torch()
  processes <- reticulate::import_from_path("nnfit.core.ground.processes", core_folder())
  meets <- tryCatch({
    processes$check_meeting()
    TRUE
  }, error = function(error) FALSE)
  skip_if_not(meets, "a torch whose processes meet")
}
