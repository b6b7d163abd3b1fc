# The tasks are in tasks.py, which runs on systems without make too.
PYTHON ?= python3

.PHONY: demo workshop test long docs pictures schema torture coverage wheel lock
demo workshop test long docs pictures schema torture coverage wheel lock:
	$(PYTHON) tasks.py $@
