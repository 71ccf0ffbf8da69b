"""A bare FastAPI application: what the framework alone can do on this machine."""

from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI(openapi_url=None)


class Probe(BaseModel):
    household: int
    year: int


@app.get("/probe")
async def read() -> Probe:
    return Probe(household=1, year=2020)


@app.post("/probe")
async def write(probe: Probe) -> Probe:
    return probe
