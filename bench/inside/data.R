# A network of 20 variables, and 1e5 rows to average over.
invisible(torch$manual_seed(0))
rows <- as.data.frame(as.array(torch$randn(100000L, 20L)))
names(rows) <- paste0("x", 1:20)
few <- cbind(rows[1:2000, ], y = rowSums(rows[1:2000, ]^2))
fit <- nn_fit(y ~ ., few, hidden_units = c(32, 16), epochs = 20, penalty = 1e-4, seed = 1)
values <- seq(-2, 2, length.out = 50)
