# What R finds in the arrays that hdf5array wrote: `Rscript dense-written.R FILE DATASET...` prints a line for each: its
# name, extents, sum, and the names of its axes. HDF5Array appends to none of them: it only reads.
suppressMessages(library(HDF5Array))
arguments <- commandArgs(trailingOnly = TRUE)
for (name in arguments[-1]) {
  x <- HDF5Array(arguments[[1]], name)
  names <- vapply(dimnames(x), function(one) paste(one, collapse = ","), "")
  cat(name, paste(dim(x), collapse = "x"), format(sum(as.array(x)), digits = 15), names, sep = "\t")
  cat("\n")
}
