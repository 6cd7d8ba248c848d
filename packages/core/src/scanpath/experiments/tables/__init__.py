"""Tables of papers as files: what stands in them, what they ask to run, what came out, and which claims hold."""
