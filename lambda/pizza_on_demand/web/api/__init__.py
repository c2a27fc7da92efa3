"""The order API: the same business as by voice and on the page, for programs."""
