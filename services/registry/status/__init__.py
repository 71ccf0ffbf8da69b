"""The unified status: what every department says of one household, in one place, with the source of every part.

`unify` is the rule (pure); `StatusEngine` applies it in a transaction; `FactsProjector` feeds it from the departments'
snapshots; `StatusReader` and `routes` serve it; `Reevaluation` keeps it right as days pass; `rebuild` proves it.
"""
