"""A FastAPI server that reads a request of the Open Inference Protocol and computes nothing: what a Python server can reach at most.

    serve_nothing.py PORT
"""
import sys

import uvicorn
from fastapi import FastAPI, Request

app = FastAPI()
ANSWER = {"model_name": "tensor", "outputs": [{"name": "label", "datatype": "INT64", "shape": [1], "data": [1]}]}


@app.post("/v2/models/{name}/infer")
async def infer(name: str, request: Request):
    await request.json()
    return ANSWER


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
