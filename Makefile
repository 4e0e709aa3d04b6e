# What a person does here. The work is in tools/; make help lists the targets.
.PHONY: help setup ready demo test test-r test-py sweep fuzz browser kills hosts processes mutants check bench \
  lint document readme site api screens \
  clean undo-setup

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: ## R, Python, torch, and the R package with the pages that vignette() shows
	@tools/setup.sh pages

# The same without these pages, which take a minute or two: what the targets below need.
ready:
	@tools/setup.sh

demo: ready ## the main job on real input, and its pages and pictures in demo/
	@tools/demo.sh

test: ready ## every test, in R and in Python
	@tools/test.sh

test-r: ## one R file on the sources as they are: make test-r FILE=fit-summary
	@tools/test-one.sh r "$(FILE)"

test-py: ## one Python file: make test-py FILE=loop
	@tools/test-one.sh py "$(FILE)"

sweep: ## every wrong value for every argument, some 10 minutes: make sweep, or FOR="^predict"
	@Rscript tools/sweep.R "$(or $(FOR),.)"

fuzz: ## files of fits changed at random, read in both languages: make fuzz NUMBER=10000
	@export NNFIT_FUZZ=$$((($(or $(NUMBER),10000) + 2) / 3)); \
	  tools/test-one.sh py saved/saved && tools/test-one.sh r file

browser: ## nn_playground() in headless Chromium, by keys and clicks, and judged by axe-core
	@tools/browser.sh

kills: ready ## fits in R sessions that are killed 200 times, some 20 minutes: make kills NUMBER=200
	@NNFIT_KILLS="$(or $(NUMBER),200)" tools/test-one.sh r fit-kills

hosts: ## fits on three machines in network namespaces, which are cut off and killed; as root
	@NNFIT_HOSTS=1 tools/test-one.sh py hosts

processes: ready ## fits in several processes, one of which is killed: make processes NUMBER=20
	@NNFIT_PROCESS_KILLS="$(or $(NUMBER),20)" tools/test-one.sh py processes_killed

mutants: ## do the tests notice small changes of the sources? make mutants NUMBER=20 SEED=1
	@tools/mutants.sh $(or $(NUMBER),20) $(or $(SEED),1)

check: ready ## R CMD build and R CMD check --as-cran on the tarball
	@tools/check.sh

bench: ready ## nnfit beside its peers, or some rows: make bench ROWS="linear predict"
	@tools/bench.sh $(ROWS)

lint: ## ruff and mypy for Python, lintr for R, shellcheck for these scripts
	@tools/lint.sh

readme: ready ## README.md from README.Rmd, with its output and picture
	@Rscript -e 'rmarkdown::render("README.Rmd", quiet = TRUE)'

site: ready ## the web site, in site/, with pkgdown
	@tools/site.sh

api: ready ## the pages of the Python package, in site/python/, by pdoc
	@tools/api.sh

screens: ## its pages on two screens, light and dark, as pictures in site/screens/, by chromium
	@python3 tools/screens.py site/screens site/index.html site/news/*.html site/articles/*.html \
	  site/reference/index.html site/reference/nn_fit.html

document: ## man/ and NAMESPACE, by roxygen2
	@Rscript -e 'roxygen2::roxygenise()'

clean: ## removes what these targets leave in this folder
	@rm -rf demo site nnfit.Rcheck nnfit_*.tar.gz vignettes/*.html vignettes/*.R vignettes/*_files
	@find . -name __pycache__ -o -name .pytest_cache -o -name .ruff_cache -o -name .mypy_cache -o -name .hypothesis | xargs rm -rf

undo-setup: ## removes the virtualenv and the installed R package
	@tools/undo-setup.sh
