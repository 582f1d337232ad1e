# Every target is one line of helpers/setup.py, which needs nothing but Python and works without make too.
PYTHON ?= python3
LAB_ARGS ?=
TEST_ARGS ?=

.PHONY: lab test refresh bench oracle oracle-long doctor lock
lab:          ## set up and open JupyterLab on the first lesson
	@$(PYTHON) -m helpers.setup lab $(LAB_ARGS)
test:         ## set up and run everything
	@$(PYTHON) -m helpers.setup test $(TEST_ARGS)
refresh:      ## re-run and normalise the notebooks (NOTEBOOKS="01 03" for some)
	@$(PYTHON) -m helpers.setup refresh $(NOTEBOOKS)
bench:        ## print the ratios that the course promises
	@$(PYTHON) -m helpers.setup bench
oracle:       ## fetch DynamoDB Local and compare the lab with it
	@$(PYTHON) -m helpers.setup oracle
oracle-long:  ## the same with 50,000 operations
	@$(PYTHON) -m helpers.setup oracle-long
doctor:       ## is this machine ready?
	@$(PYTHON) -m helpers.setup doctor
lock:         ## choose versions anew from pyproject.toml
	@$(PYTHON) -m helpers.setup lock
