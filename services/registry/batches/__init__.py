"""The five batches (五个一批, M08): how many households and persons are in each, by programme and place."""
