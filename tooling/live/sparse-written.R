# What R finds in the matrices that hdf5array wrote: `Rscript sparse-written.R FOLDER CASE...` prints a line for each
# case and reader: the case, the layout, the reader, and "ok" or what is wrong, separated by tabs.
suppressPackageStartupMessages({
  library(HDF5Array)
  library(DropletUtils)
})

arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[[1]]

same <- function(what, got, expected) {
  got <- as.matrix(got)
  storage.mode(got) <- "double"
  if (!identical(dim(got), dim(expected))) return(paste(what, "has dimensions", paste(dim(got), collapse = " x ")))
  if (!isTRUE(all.equal(unname(got), expected, tolerance = 0))) return(paste(what, "has other values"))
  NULL
}

named <- function(what, got, rows, columns) {
  if (identical(rownames(got), rows) && identical(colnames(got), columns)) NULL else paste(what, "has other names")
}

path_of <- function(case, layout) file.path(folder, paste0(case, ".", layout, ".h5"))

check <- function(case, layout, reader) {
  path <- path_of(case, layout)
  expected <- unname(as.matrix(read.table(file.path(folder, paste0(case, ".txt")))))
  storage.mode(expected) <- "double"
  rows <- sprintf("r%d", seq_len(nrow(expected)) - 1L)
  columns <- sprintf("c%d", seq_len(ncol(expected)) - 1L)
  x <- switch(reader,
    H5SparseMatrix = H5SparseMatrix(path, if (layout == "h5ad") "X" else "matrix"),
    TENxMatrix = TENxMatrix(path, "matrix"),
    read10xCounts = read10xCounts(path, col.names = TRUE)
  )
  # R takes CSR for the transposed matrix by columns, as it does with h5ad files.
  problem <- if (layout == "tenx") named(reader, x, rows, columns)
  if (reader == "read10xCounts") {
    features <- rowData(x)
    if (!identical(features$Symbol, sprintf("gene %d", seq_along(rows) - 1L))) problem <- c(problem, "other symbols")
    if (!identical(unique(features$Type), "Gene Expression")) problem <- c(problem, "other types")
    x <- SummarizedExperiment::assay(x)
  }
  c(problem, same(reader, x, if (layout %in% c("csr", "h5ad")) t(expected) else expected))
}

# Each in a process of its own: once HDF5Array 1.26 has read values, it can open no file any more, whoever wrote it. Its
# H5ADMatrix reads names before it opens the matrix, and so opens no h5ad file at all, not even anndata's.
alone <- function(case, layout, reader) {
  job <- parallel::mcparallel(tryCatch(c("ok", check(case, layout, reader)), error = conditionMessage))
  found <- parallel::mccollect(job)[[1]]
  if (identical(found, "ok")) "ok" else paste(setdiff(found, "ok"), collapse = "; ")
}

readers <- list(
  c("csc", "H5SparseMatrix"), c("csr", "H5SparseMatrix"), c("h5ad", "H5SparseMatrix"),
  c("tenx", "TENxMatrix"), c("tenx", "read10xCounts")
)
for (case in arguments[-1]) {
  for (one in readers) {
    cat(case, one[[1]], one[[2]], gsub("[\t\n]+", " ", alone(case, one[[1]], one[[2]])), sep = "\t")
    cat("\n")
  }
}
