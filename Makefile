# The tasks are in tasks.py, which runs on systems without make too.
PYTHON ?= python3

.PHONY: demo workshop test wheel lock
demo workshop test wheel lock:
	$(PYTHON) tasks.py $@
