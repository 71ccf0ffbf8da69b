"""The one metadata of the housing database; each record type declares its table on it."""

from sqlalchemy import MetaData

metadata = MetaData()
