"""The endpoint that most people would write: FastAPI checks the row, xgboost predicts a DMatrix of it."""
import os

import numpy as np
import xgboost as xgb
from fastapi import FastAPI
from pydantic import create_model

FEATURES = os.environ["BENCH_FEATURES"].split(",")
Row = create_model("Row", **{name: (float, ...) for name in FEATURES})

booster = xgb.Booster()
booster.load_model(os.environ["BENCH_MODEL"])
app = FastAPI()


@app.post("/predict")
async def predict(row: Row):
    values = np.array([[getattr(row, name) for name in FEATURES]])
    return {"price": float(booster.predict(xgb.DMatrix(values))[0])}
