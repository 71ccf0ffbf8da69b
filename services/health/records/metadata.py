"""The one metadata of the health database; each record type declares its table on it."""

from sqlalchemy import MetaData

metadata = MetaData()
