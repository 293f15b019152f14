-- Addresses that lead to others. A catch-all has the local part *; a forward has that of a mailbox and goes before it.
CREATE TABLE tenancy.alias (
    id text COLLATE "C" PRIMARY KEY,
    domain_id text COLLATE "C" NOT NULL REFERENCES tenancy.domain,
    customer_id text COLLATE "C" NOT NULL REFERENCES tenancy.customer,
    path text COLLATE "C" NOT NULL,
    local_part text COLLATE "C" NOT NULL,
    address text COLLATE "C" NOT NULL,
    targets text[] COLLATE "C" NOT NULL,
    is_forward boolean NOT NULL,
    created_at timestamptz NOT NULL,
    listed boolean NOT NULL DEFAULT true
);
CREATE INDEX ON tenancy.alias (path, id) WHERE listed;
CREATE INDEX ON tenancy.alias (domain_id, id) WHERE listed;
CREATE UNIQUE INDEX ON tenancy.alias (address) WHERE listed;
CREATE INDEX ON tenancy.alias USING gin (targets) WHERE listed;  -- who leads here
