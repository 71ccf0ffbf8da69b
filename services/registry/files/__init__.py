"""一户一档、一户一卡、一村一册: what the file of a household must hold, its card, and the book of a village."""
