"""Households: the register itself (建档立卡, D10)."""
