"""Pictures and pages of what was measured; the content is plain values (``report.content``)."""
