# What R finds in the matrices that hdf5array wrote: `Rscript sparse-written.R FOLDER CASE...` prints a line for each
# case and layout: the case, the layout, and "ok" or what is wrong, separated by tabs.
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

# Opens a file in all the ways that R has for its layout.
opened <- function(case, layout) {
  path <- path_of(case, layout)
  switch(layout,
    csc = ,
    csr = list(H5SparseMatrix = H5SparseMatrix(path, "matrix")),
    h5ad = list(H5ADMatrix = H5ADMatrix(path)),
    tenx = list(TENxMatrix = TENxMatrix(path, "matrix"), read10xCounts = read10xCounts(path, col.names = TRUE))
  )
}

check <- function(case, layout, found) {
  if (inherits(found, "error")) return(conditionMessage(found))
  expected <- unname(as.matrix(read.table(file.path(folder, paste0(case, ".txt")))))
  storage.mode(expected) <- "double"
  rows <- sprintf("r%d", seq_len(nrow(expected)) - 1L)
  columns <- sprintf("c%d", seq_len(ncol(expected)) - 1L)
  if (layout == "csc") return(same("H5SparseMatrix", found[[1]], expected))
  # R takes CSR for the transposed matrix by columns, as it does with h5ad files.
  if (layout == "csr") return(same("H5SparseMatrix", found[[1]], t(expected)))
  if (layout == "h5ad") {
    return(c(same("H5ADMatrix", found[[1]], t(expected)), named("H5ADMatrix", found[[1]], columns, rows)))
  }
  counts <- found$read10xCounts
  features <- rowData(counts)
  c(
    same("TENxMatrix", found$TENxMatrix, expected),
    named("TENxMatrix", found$TENxMatrix, rows, columns),
    same("read10xCounts", SummarizedExperiment::assay(counts), expected),
    named("read10xCounts", counts, rows, columns),
    if (!identical(features$Symbol, sprintf("gene %d", seq_along(rows) - 1L))) "read10xCounts has other symbols",
    if (!identical(unique(features$Type), "Gene Expression")) "read10xCounts has other types"
  )
}

# First everything is opened: once HDF5Array 1.26 has read values, it can open no file any more, whoever wrote it.
all <- expand.grid(case = arguments[-1], layout = c("csc", "csr", "tenx", "h5ad"), stringsAsFactors = FALSE)
found <- Map(function(case, layout) tryCatch(opened(case, layout), error = identity), all$case, all$layout)
for (i in seq_len(nrow(all))) {
  problems <- tryCatch(check(all$case[[i]], all$layout[[i]], found[[i]]), error = conditionMessage)
  if (is.null(problems)) problems <- "ok"
  cat(all$case[[i]], all$layout[[i]], gsub("[\t\n]+", " ", paste(problems, collapse = "; ")), sep = "\t")
  cat("\n")
}
