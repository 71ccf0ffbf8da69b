"""The procedures of housing: the renovation of dangerous houses."""

from services.housing.procedures.renovation import RENOVATION

PROCEDURES = (RENOVATION,)
