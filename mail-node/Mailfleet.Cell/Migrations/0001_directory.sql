-- The cell's directory: who is here, where mail goes, who may log in. Written by the door, read by nodes.
CREATE SCHEMA directory;

-- changed_xid lets a node ask "what changed since?" without trusting the order of sequences:
-- it reads rows at or above the pg_snapshot_xmin of its previous look.
CREATE TABLE directory.customer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id text NOT NULL UNIQUE,
    version bigint NOT NULL,
    state smallint NOT NULL,
    changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX ON directory.customer (changed_xid);

CREATE TABLE directory.domain (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id text NOT NULL UNIQUE,
    version bigint NOT NULL,
    customer_id bigint NOT NULL REFERENCES directory.customer,
    name text NOT NULL,
    state smallint NOT NULL,
    changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE UNIQUE INDEX ON directory.domain (name) WHERE state = 1;
CREATE INDEX ON directory.domain (name);
CREATE INDEX ON directory.domain (changed_xid);

CREATE TABLE directory.mailbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id text NOT NULL UNIQUE,
    version bigint NOT NULL,
    domain_id bigint NOT NULL REFERENCES directory.domain,
    local_part text NOT NULL,
    quota_bytes bigint NOT NULL CHECK (quota_bytes >= 0),
    state smallint NOT NULL,
    changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE UNIQUE INDEX ON directory.mailbox (domain_id, local_part) WHERE state <> 9;
CREATE INDEX ON directory.mailbox (changed_xid);

-- What users change about themselves belongs to the cell; the control plane only sends set and reset commands.
CREATE TABLE directory.credential (
    mailbox_id bigint PRIMARY KEY REFERENCES directory.mailbox,
    command_version bigint NOT NULL,
    password_hash text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE INDEX ON directory.credential (changed_xid);

-- The door writes what the control plane wants and reads it back. It sets passwords but cannot read a hash, and deletes nothing.
GRANT USAGE ON SCHEMA directory TO mailfleet_door;
GRANT SELECT, INSERT, UPDATE ON directory.customer, directory.domain, directory.mailbox TO mailfleet_door;
GRANT INSERT, UPDATE, SELECT (mailbox_id, command_version) ON directory.credential TO mailfleet_door;
