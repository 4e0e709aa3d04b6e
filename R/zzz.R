.onLoad <- function(libname, pkgname) {
  # Only a lazy handle: Python starts at its first use.
  register_torch()
  register_handed_on()
  register_parsnip()
  register_butcher()
}

.onUnload <- function(libpath) {
  end_idle_process()
}
