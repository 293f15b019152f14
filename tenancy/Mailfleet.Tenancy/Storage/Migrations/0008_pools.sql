-- Pooled entitlements: what a node of the tree may hold below it, counted for nodes that have a limit alone. Each row is changed in the transaction of what
-- it counts, rows of one transaction leaf to root, last before its commit.
-- kind 1 customers, 2 domains, 3 mailboxes, 4 bytes promised to mailboxes.
-- promised_percent: how much of the limit may be promised: to limited nodes below, and of bytes to mailboxes too. Above 100 is over-commitment.
CREATE TABLE tenancy.pool (
    node_id text COLLATE "C" NOT NULL,
    kind smallint NOT NULL,
    path text COLLATE "C" NOT NULL,
    quantity bigint NOT NULL CHECK (quantity >= 0),
    promised_percent integer NOT NULL CHECK (promised_percent BETWEEN 100 AND 10000),
    used bigint NOT NULL CHECK (used >= 0),
    from_plan boolean NOT NULL DEFAULT false,    -- false: pinned by hand, so no plan changes it
    PRIMARY KEY (node_id, kind)
) WITH (fillfactor = 50);
CREATE INDEX ON tenancy.pool (kind, path);
