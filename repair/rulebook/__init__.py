"""Rules as data: the kinds of rule files, chains, the catalogue of what there is."""
