-- Nodes of the cell. An epoch names one start of one node for ever: segments and, later, queue rows carry it.
CREATE SCHEMA queue;
CREATE SEQUENCE queue.epoch;
CREATE TABLE queue.node (
    name text PRIMARY KEY,
    epoch bigint NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
