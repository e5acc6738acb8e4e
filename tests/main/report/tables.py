"""The tables of a folder as pandas and DuckDB read them, as JSON: of each its columns, the kind of each, and its cells as texts."""

import json
import pathlib
import sys

import duckdb
import pandas


def by_pandas(path):
    kinds = pandas.read_csv(path).dtypes
    texts = pandas.read_csv(path, dtype=str, keep_default_na=False)
    return {
        "columns": list(texts.columns),
        "numbers": [pandas.api.types.is_numeric_dtype(kind) for kind in kinds],
        "rows": texts.values.tolist(),
    }


def by_duckdb(path):
    read = duckdb.connect().read_csv
    kinds = read(str(path), header=True).types
    texts = read(str(path), header=True, all_varchar=True)
    return {
        "columns": texts.columns,
        "numbers": [str(kind) in ("BIGINT", "DOUBLE") for kind in kinds],
        "rows": [["" if cell is None else cell for cell in row] for row in texts.fetchall()],
    }


files = sorted(pathlib.Path(sys.argv[1]).rglob("*.csv"))
print(json.dumps({path.name: [by_pandas(path), by_duckdb(path)] for path in files}))
