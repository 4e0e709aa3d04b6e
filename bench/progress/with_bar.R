# Drawn as on a terminal, into the worker's log.
options(cli.dynamic = TRUE)
source("without.R", local = TRUE)
show <- TRUE
