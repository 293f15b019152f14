-- Flat tables beside the event store: what lists and look-ups read. Written in the transaction of the events by ListProjection and
-- ProvisioningProjection, and rebuilt from the events alone. Ids, names and paths are compared by bytes: id order is order of creation.
CREATE TABLE tenancy.reseller (
    id text COLLATE "C" PRIMARY KEY,
    parent_id text COLLATE "C" REFERENCES tenancy.reseller,
    path text COLLATE "C" NOT NULL UNIQUE,
    name text NOT NULL,
    created_at timestamptz NOT NULL
);

-- listed is false once an object is deleted or released: the row stays, because rows below and the cell still refer to it.
CREATE TABLE tenancy.customer (
    id text COLLATE "C" PRIMARY KEY,
    parent_id text COLLATE "C" NOT NULL REFERENCES tenancy.reseller,
    path text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    listed boolean NOT NULL DEFAULT true
);
CREATE INDEX ON tenancy.customer (path, id) WHERE listed;
CREATE INDEX ON tenancy.customer (parent_id, id) WHERE listed;
CREATE INDEX ON tenancy.customer (name) WHERE listed;

CREATE TABLE tenancy.domain (
    id text COLLATE "C" PRIMARY KEY,
    customer_id text COLLATE "C" NOT NULL REFERENCES tenancy.customer,
    path text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    listed boolean NOT NULL DEFAULT true
);
CREATE INDEX ON tenancy.domain (path, id) WHERE listed;
CREATE INDEX ON tenancy.domain (customer_id, id) WHERE listed;
CREATE UNIQUE INDEX ON tenancy.domain (name) WHERE listed;

CREATE TABLE tenancy.mailbox (
    id text COLLATE "C" PRIMARY KEY,
    domain_id text COLLATE "C" NOT NULL REFERENCES tenancy.domain,
    customer_id text COLLATE "C" NOT NULL REFERENCES tenancy.customer,
    path text COLLATE "C" NOT NULL,
    local_part text COLLATE "C" NOT NULL,
    address text COLLATE "C" NOT NULL,
    quota_bytes bigint NOT NULL,
    created_at timestamptz NOT NULL,
    listed boolean NOT NULL DEFAULT true
);
CREATE INDEX ON tenancy.mailbox (path, id) WHERE listed;
CREATE INDEX ON tenancy.mailbox (domain_id, id) WHERE listed;
CREATE UNIQUE INDEX ON tenancy.mailbox (address) WHERE listed;
