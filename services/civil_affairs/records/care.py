"""Records of care: the disabled, children, those left behind, facilities, legal aid."""

from shared.records import RecordType

CARE_RECORD_TYPES: tuple[RecordType, ...] = ()
