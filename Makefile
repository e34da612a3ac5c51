# Each target is an alias of `python3 dev.py <target>`, for machines with make. ARGS go to pytest: make test ARGS="-k scope"
.PHONY: run test check setup lighthouse bench lock stop
run test check setup lighthouse bench lock stop:
	@python3 dev.py $@ $(ARGS)
