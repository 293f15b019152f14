-- Addresses that lead to other addresses: aliases, groups, forwards and, with the local part *, a domain's catch-all.
-- An alias goes before a mailbox of its name; one that names itself among its targets means that mailbox, so a forward can keep a copy.
CREATE TABLE directory.alias (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    public_id text NOT NULL UNIQUE,
    version bigint NOT NULL,
    domain_id bigint NOT NULL REFERENCES directory.domain,
    local_part text NOT NULL,
    targets text[] NOT NULL,
    state smallint NOT NULL,
    changed_xid xid8 NOT NULL DEFAULT pg_current_xact_id()
);
CREATE UNIQUE INDEX ON directory.alias (domain_id, local_part) WHERE state <> 9;
CREATE INDEX ON directory.alias (changed_xid);

GRANT SELECT, INSERT, UPDATE ON directory.alias TO mailfleet_door;
