"""A package of one's own to begin with: a small real mechanism, its tests, its table, under a name that is free."""

from scanpath.scaffold.names import check_name as check_name
from scanpath.scaffold.places import Place as Place, find_place as find_place
from scanpath.scaffold.writing import NO_PAPER as NO_PAPER, write_package as write_package
