"""Deaths that a department has on record and the register has not: proposed as natural changes, recorded by people."""
