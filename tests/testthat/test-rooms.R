# CONTRIBUTING.md says which rooms R/ has; this holds the files to it.

# The rows of its tables. What is named there is a room, a file that is in none,
# or a test of more than one file.
listed <- function() {
  lines <- readLines(file.path(source_root(), "CONTRIBUTING.md"))
  lines <- utils::tail(lines, -match("## The rooms of R/", lines))
  lines <- utils::head(lines, match(TRUE, startsWith(lines, "## ")) - 1)
  rows <- do.call(rbind, regmatches(lines, regexec("^[|] `([^`]+)` [|] (.+) [|]$", lines)))
  name <- rows[, 2]
  kind <- ifelse(grepl("^test-", name), "test", ifelse(grepl("[.]R$", name), "file", "room"))
  data.frame(name, kind, tested = !grepl("No test of its own.", rows[, 3], fixed = TRUE))
}

names_of <- function(kind) {
  table <- listed()
  table$name[table$kind == kind]
}

r_folder <- function() file.path(source_root(), "R")

# In the order in which R loads them.
r_files <- function() sort(list.files(r_folder()), method = "radix")

test_files <- function() list.files(test_path(), "^test-.*[.]R$")

in_room <- function(files, rooms) {
  grepl(paste0("^(", paste(rooms, collapse = "|"), ")(-.+)?[.]R$"), files)
}

test_that("every file of R/ is in a room or has a name of its own in the list", {
  files <- r_files()
  expect_gt(length(files), 50)
  expect_identical(setdiff(files[!in_room(files, names_of("room"))], names_of("file")), character())
})

test_that("no room is empty, and every file in the list is there", {
  empty <- Filter(function(room) !any(in_room(r_files(), room)), names_of("room"))
  expect_identical(empty, character())
  expect_identical(setdiff(names_of("file"), r_files()), character())
  is_there <- function(pattern) any(grepl(utils::glob2rx(pattern), test_files()))
  expect_identical(Filter(Negate(is_there), names_of("test")), character())
})

test_that("every file has a test of its name", {
  table <- listed()
  excused <- table$name[!table$tested]
  tested <- sub("^test-", "", test_files())
  expect_identical(setdiff(r_files(), c(tested, excused)), character())
})

test_that("every test has a file of its name, or is in the list", {
  whole <- paste(vapply(names_of("test"), utils::glob2rx, ""), collapse = "|")
  tests <- grep(whole, test_files(), value = TRUE, invert = TRUE)
  expect_identical(setdiff(sub("^test-", "", tests), r_files()), character())
})

# In code, or in a roxygen tag that writes NAMESPACE; help may speak of it.
names_reticulate <- function(file) {
  tokens <- utils::getParseData(parse(file, keep.source = TRUE))
  code <- tokens$terminal & tokens$token != "COMMENT"
  tags <- grepl("^#' *@(import|raw|eval|exportS3)", tokens$text)
  any(grepl("reticulate", tokens$text[code | tags], fixed = TRUE))
}

test_that("python.R alone names reticulate", {
  naming <- vapply(file.path(r_folder(), r_files()), names_reticulate, NA)
  expect_identical(r_files()[naming], "python.R")
  namespace <- readLines(file.path(source_root(), "NAMESPACE"))
  # What is imported could be used without being named.
  expect_identical(grep("reticulate", namespace, value = TRUE), character())
})

# What a file complains of while it loads into a place where only `there` is.
load_error <- function(file, there) {
  tryCatch({
    sys.source(file.path(r_folder(), file), new.env(parent = there))
    NA_character_
  }, error = conditionMessage)
}

test_that("a file needs no other while it loads, but for the room base, which is first", {
  files <- r_files()
  first <- in_room(files, "base")
  expect_identical(which(first), seq_len(sum(first)))
  # A list there would put another order in the place of the alphabet's.
  description <- read.dcf(file.path(source_root(), "DESCRIPTION"))
  expect_false("Collate" %in% colnames(description))

  base <- new.env(parent = parent.env(asNamespace("nnfit")))
  errors <- vapply(files[first], load_error, "", there = parent.env(base))
  for (file in files[first]) sys.source(file.path(r_folder(), file), base)
  errors <- c(errors, vapply(files[!first], load_error, "", there = base))
  expect_identical(errors[!is.na(errors)], stats::setNames(character(), character()))
})

test_that("no name is given twice: the file that R loads last would have it", {
  lines <- unlist(lapply(file.path(r_folder(), r_files()), readLines))
  given <- regmatches(lines, regexpr("^[A-Za-z.][A-Za-z0-9_.]*(?= <- )", lines, perl = TRUE))
  expect_gt(length(given), 1000)
  expect_identical(given[duplicated(given)], character())
})
