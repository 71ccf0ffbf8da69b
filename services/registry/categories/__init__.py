"""The household's category (dibao, tekun, edge), as civil affairs says it, taken up into the roster (Y56, SYS03)."""
