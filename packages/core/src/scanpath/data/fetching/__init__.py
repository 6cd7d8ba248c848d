"""Fetching data sets from their official addresses: resumed, checked, unpacked safely, never half there."""
