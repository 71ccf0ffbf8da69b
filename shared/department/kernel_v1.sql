-- The kernel's tables of a department, first version. Frozen: later changes are migrations of their own.

CREATE TABLE household_facts (
  household_id UUID NOT NULL,
  division TEXT NOT NULL,
  version BIGINT NOT NULL,
  as_of TIMESTAMP WITH TIME ZONE,
  valid_until DATE,
  policy_version BIGINT NOT NULL,
  content TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  computed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  stamp UUID NOT NULL,
  PRIMARY KEY (household_id)
);

CREATE INDEX household_facts_division ON household_facts (division);

CREATE INDEX household_facts_policy_version ON household_facts (policy_version);

CREATE INDEX household_facts_valid_until ON household_facts (valid_until);

CREATE TABLE idempotency (
  principal TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint BYTEA NOT NULL,
  status INTEGER NOT NULL,
  body BYTEA NOT NULL,
  headers JSONB NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  PRIMARY KEY (principal, key)
);

CREATE TABLE outbox (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  subject TEXT NOT NULL,
  event_id UUID NOT NULL,
  key TEXT NOT NULL,
  version BIGINT NOT NULL,
  payload BYTEA NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  published_at TIMESTAMP WITH TIME ZONE,
  failed_at TIMESTAMP WITH TIME ZONE,
  failure TEXT,
  PRIMARY KEY (id)
);

CREATE INDEX outbox_failed ON outbox (id) WHERE failed_at IS NOT NULL;

CREATE INDEX outbox_pending ON outbox (id) WHERE published_at IS NULL AND failed_at IS NULL;

CREATE TABLE policy_override (
  id SMALLINT NOT NULL,
  version BIGINT NOT NULL,
  document TEXT NOT NULL,
  applied_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT policy_override_one_row CHECK (id = 1)
);

CREATE TABLE record_history (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  record_type TEXT NOT NULL,
  record_id UUID NOT NULL,
  revision INTEGER NOT NULL,
  action TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  principal TEXT NOT NULL,
  source_system TEXT NOT NULL,
  request_id TEXT,
  reason TEXT,
  before JSONB,
  after JSONB,
  PRIMARY KEY (id)
);

CREATE INDEX record_history_record ON record_history (record_id, id);

CREATE TABLE roster_household (
  household_id UUID NOT NULL,
  version BIGINT NOT NULL,
  code TEXT NOT NULL,
  division TEXT NOT NULL,
  state TEXT NOT NULL,
  household_type TEXT NOT NULL,
  village_class TEXT,
  active BOOLEAN NOT NULL,
  snapshot JSONB NOT NULL,
  received_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  PRIMARY KEY (household_id)
);

CREATE INDEX roster_household_code ON roster_household (code);

CREATE INDEX roster_household_division ON roster_household (division);

CREATE TABLE roster_member (
  member_id UUID NOT NULL,
  household_id UUID NOT NULL,
  division TEXT NOT NULL,
  stamp BIGINT NOT NULL,
  name TEXT NOT NULL,
  id_hash TEXT,
  sex TEXT NOT NULL,
  birth_date DATE,
  relation TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  PRIMARY KEY (member_id)
);

CREATE INDEX roster_member_division ON roster_member (division);

CREATE INDEX roster_member_household ON roster_member (household_id);

CREATE INDEX roster_member_id_hash ON roster_member (id_hash);
