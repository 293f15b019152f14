-- What each cell should hold (version, row) and what it has (applied_version). seq orders changes within a kind.
CREATE SEQUENCE tenancy.provisioning_seq;
CREATE TABLE tenancy.provisioning (
    object_id text COLLATE "C" PRIMARY KEY,
    kind smallint NOT NULL,              -- 1 customer, 2 domain, 3 mailbox: parents first
    cell text NOT NULL,
    version bigint NOT NULL,
    row jsonb NOT NULL,
    changed_at timestamptz NOT NULL,
    seq bigint NOT NULL DEFAULT nextval('tenancy.provisioning_seq'),
    applied_version bigint NOT NULL DEFAULT 0,
    applied_at timestamptz,
    refused_version bigint NOT NULL DEFAULT 0,
    refused_at timestamptz,
    refusal text,
    retry_at timestamptz
);
CREATE INDEX provisioning_due ON tenancy.provisioning (cell, kind, seq) WHERE version > applied_version;

-- Passwords on their way to a cell: hashes, sealed, deleted once the cell has them. One a mailbox, the newest.
CREATE TABLE tenancy.sealed_command (
    object_id text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    sealed bytea NOT NULL
);
