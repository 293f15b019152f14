-- Cells as they were when last asked, once a minute. nodes: [{ name, version, startedAt, isAlive }].
CREATE TABLE tenancy.cell (
    name text COLLATE "C" PRIMARY KEY,
    asked_at timestamptz NOT NULL,
    seen_at timestamptz,                         -- the last answer
    fault text,                                  -- why the last question had none
    mailboxes bigint NOT NULL DEFAULT 0,
    used_bytes bigint NOT NULL DEFAULT 0,
    nodes jsonb NOT NULL DEFAULT '[]'
);
