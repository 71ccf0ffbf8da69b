"""Personal data at rest: encrypted, found by a keyed index, shown masked, and every full view logged."""

from shared.pii.masks import mask_account, mask_id_number, mask_name, mask_phone
from shared.pii.vault import InvalidCiphertext, Vault

__all__ = ["InvalidCiphertext", "Vault", "mask_account", "mask_id_number", "mask_name", "mask_phone"]
