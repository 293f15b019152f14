-- What the DNS of a domain shows, as it was seen last. A domain without a row has not been looked at.
CREATE TABLE tenancy.domain_check (
    domain_id text COLLATE "C" PRIMARY KEY,
    records jsonb NOT NULL DEFAULT '[]',
    checked_at timestamptz,
    next_at timestamptz NOT NULL,
    adrift_since timestamptz                 -- its mail has gone elsewhere since
);
CREATE INDEX ON tenancy.domain_check (next_at);
