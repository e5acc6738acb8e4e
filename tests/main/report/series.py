"""The Parquet files of a folder as DuckDB and pandas read them, as JSON: the kinds of their columns, and what must agree with the CSV."""

import json
import pathlib
import sys

import duckdb
import pandas

folder = pathlib.Path(sys.argv[1])
told = {}
for path in sorted(folder.glob("*.parquet")):
    table = pandas.read_parquet(path)
    db = duckdb.connect()
    db.sql("set timezone = 'UTC'")
    relation = db.sql(f"select * from '{path}'")
    told[path.stem] = {
        "columns": relation.columns,
        "kinds": [str(kind) for kind in relation.types],
        "rows": db.sql(f"select count(*) from '{path}'").fetchall()[0][0],
        "pandas": [list(table.columns), len(table)],
        # Instants in microseconds, nothing as nothing.
        "cells": [
            [int(cell.timestamp() * 1_000_000 + 0.5) if hasattr(cell, "timestamp") else cell for cell in row]
            for row in relation.fetchall()
        ],
    }
# The query of the page, on the files that stand in `series` there.
query = pathlib.Path(sys.argv[2]).read_text().split("```sql\n")[1].split("```")[0]
told["query"] = dict(duckdb.sql(query.replace("series/", f"{folder}/")).fetchall())
print(json.dumps(told))
