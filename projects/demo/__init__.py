"""Data to try the register with: the nine cases of the article, and made-up projects in every state.

The cases are real and carry their source; what is made up carries the mark `is_demo`, belongs to made-up
organisations, and is the same for the same number and seed, with days counted from the day of loading.
"""
