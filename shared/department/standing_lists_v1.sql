-- What was done about the lines of standing lists, first version. Frozen: later changes are migrations of their own.

CREATE TABLE standing_line (
  line_id UUID NOT NULL,
  list TEXT NOT NULL,
  year SMALLINT NOT NULL,
  subject_id TEXT NOT NULL,
  member_id UUID,
  household_id UUID,
  division TEXT NOT NULL,
  cause TEXT NOT NULL,
  detail JSONB NOT NULL,
  state TEXT NOT NULL,
  outcome TEXT,
  remark TEXT,
  revision INTEGER NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  principal TEXT NOT NULL,
  source_system TEXT NOT NULL,
  PRIMARY KEY (line_id)
);

CREATE INDEX standing_line_list ON standing_line (list, year);

-- Who moves takes along what was done about him: his place is that of the roster, not that of the last act.
ALTER TABLE standing_line ENABLE ROW LEVEL SECURITY;

CREATE POLICY row_scope ON standing_line USING (
  division LIKE ANY (ARRAY(SELECT unnest(current_setting('yihu.scope', true)::text[])))
  OR EXISTS (SELECT FROM roster_member m WHERE m.member_id = standing_line.member_id)
  OR (member_id IS NULL
    AND EXISTS (SELECT FROM roster_household h WHERE h.household_id = standing_line.household_id))
)
