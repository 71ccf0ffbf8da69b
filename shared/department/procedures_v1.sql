-- The steps of procedures, first version. Frozen: later changes are migrations of their own.

CREATE TABLE procedure_step (
  id UUID NOT NULL,
  case_type TEXT NOT NULL,
  case_id UUID NOT NULL,
  revision INTEGER NOT NULL,
  step TEXT NOT NULL,
  kind TEXT NOT NULL,
  from_stage TEXT,
  to_stage TEXT NOT NULL,
  taken_on DATE NOT NULL,
  due_on DATE,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  principal TEXT NOT NULL,
  source_system TEXT NOT NULL,
  on_behalf_of JSONB,
  request_id TEXT,
  evidence JSONB NOT NULL,
  personal BYTEA,
  objection_id UUID,
  back_dated BOOLEAN NOT NULL,
  PRIMARY KEY (id)
);

CREATE UNIQUE INDEX procedure_step_case ON procedure_step (case_id, revision);

CREATE INDEX procedure_step_back_dated ON procedure_step (case_type, case_id) WHERE back_dated
