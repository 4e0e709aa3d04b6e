# Whole numbers of 64 bits, as the packages bit64, data.table, DBI and arrow have
# them: R holds the bits as a double, so that without bit64 every function of R
# takes them for numbers near 0.

is_integer64 <- function(x) inherits(x, "integer64")

# The numbers that the bits mean, as doubles; NULL where one may be none
# (from 2^53 on). Their missing value is the least of them, -2^63.
integer64_to_double <- function(x) {
  halves <- readBin(
    writeBin(as.vector(unclass(x)), raw(), endian = "little"), "integer", 2 * length(x),
    endian = "little"
  )
  low <- halves[c(TRUE, FALSE)]
  high <- as.double(halves[c(FALSE, TRUE)])
  # R's NA_integer_ is the bits of -2^31.
  low[is.na(low)] <- -2^31
  high[is.na(high)] <- -2^31
  values <- high * 2^32 + ifelse(low < 0, low + 2^32, low)
  values[high == -2^31 & low == 0] <- NA
  if (any(abs(values) >= 2^53, na.rm = TRUE)) return(NULL)
  dim(values) <- dim(x)
  dimnames(values) <- dimnames(x)
  if (is.null(dim(x))) names(values) <- names(x)
  values
}
