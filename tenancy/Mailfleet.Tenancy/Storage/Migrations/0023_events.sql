-- What happens, for whoever follows it: written in the transaction of the event. A reader takes rows of transactions that were over before the oldest one
-- still running began, in the order (xid, seq): none can appear behind it later.
CREATE TABLE tenancy.event (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id text COLLATE "C" NOT NULL,
    path text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    object_id text COLLATE "C" NOT NULL,
    data jsonb NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX ON tenancy.event (xid, seq);

CREATE TABLE tenancy.webhook (
    id text COLLATE "C" PRIMARY KEY,
    node_id text COLLATE "C" NOT NULL,       -- events at this node and below
    path text COLLATE "C" NOT NULL,
    url text COLLATE "C" NOT NULL,
    types text[] NOT NULL,                   -- empty: all
    secret_sealed bytea NOT NULL,
    cursor_xid xid8 NOT NULL,                -- how far its events have been turned into deliveries
    cursor_seq bigint NOT NULL,
    fault text,                              -- why nothing is sent any longer
    created_at timestamptz NOT NULL,
    listed boolean NOT NULL DEFAULT true
);
CREATE INDEX ON tenancy.webhook (path, id) WHERE listed;

-- One event on its way to one webhook. next_at is when it is tried next, or until when a process has it; null once it is over.
CREATE TABLE tenancy.webhook_delivery (
    id text COLLATE "C" PRIMARY KEY,
    webhook_id text COLLATE "C" NOT NULL REFERENCES tenancy.webhook,
    event_id text COLLATE "C" NOT NULL,
    type text NOT NULL,
    body text NOT NULL,
    attempts int NOT NULL DEFAULT 0,
    next_at timestamptz,
    delivered_at timestamptz,
    status int,                              -- of the last answer
    fault text,                              -- what went wrong last
    created_at timestamptz NOT NULL
);
CREATE INDEX ON tenancy.webhook_delivery (webhook_id, id);
CREATE INDEX ON tenancy.webhook_delivery (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX ON tenancy.webhook_delivery (created_at);
