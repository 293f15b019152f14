-- Nodes of the cell. An epoch names one start of one node for ever: segments, message ids and, later, queue rows carry it.
CREATE SCHEMA queue;

-- A message id is epoch << 36 | counter, so an epoch has 27 bits (a node may start 134 million times).
CREATE SEQUENCE queue.epoch MAXVALUE 134217727;

-- expires_at is the lease, by this server's clock. A row of a newer epoch fences the older start of the same name.
CREATE TABLE queue.node (
    name text PRIMARY KEY,
    epoch bigint NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
) WITH (fillfactor = 50);
