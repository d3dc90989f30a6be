"""Files as anndata writes them: `anndata_files.py SEED FOLDER`."""

import os
import sys
import warnings

import anndata
import numpy
import pandas
import scipy.sparse

from choices import Choices

COUNT = 20


def write(choices, path):
    rows, columns = choices.between(1, 40), choices.between(1, 30)
    dense = (choices.generator.random((rows, columns)) * (choices.generator.random((rows, columns)) < 0.3)).astype("f4")
    x = choices.pick([lambda one: one, scipy.sparse.csr_matrix, scipy.sparse.csc_matrix])(dense)
    obs = pandas.DataFrame(
        {
            "kind": pandas.Categorical(choices.generator.choice(["a", "b", "ç"], rows)),
            "count": choices.generator.integers(0, 9, rows),
            "label": [f"cell {i}" for i in range(rows)],
            "good": choices.generator.random(rows) < 0.5,
        },
        index=[f"c{i}" for i in range(rows)],
    )
    data = anndata.AnnData(x, obs, pandas.DataFrame(index=[f"g{i}" for i in range(columns)]))
    data.obsm["pca"] = choices.generator.random((rows, 2))
    data.layers["counts"] = scipy.sparse.csr_matrix(dense)
    data.uns["nested"] = {"number": 3, "words": numpy.array(["x", "y"], object), "none": {}}
    data.write_h5ad(path, compression=choices.pick([None, "gzip", "gzip", "lzf"]))


def main():
    seed, folder = int(sys.argv[1]), sys.argv[2]
    warnings.simplefilter("ignore")
    for number in range(COUNT):
        write(Choices(numpy.random.default_rng([seed, 4, number])), os.path.join(folder, f"anndata-{number:02d}.h5ad"))


main()
