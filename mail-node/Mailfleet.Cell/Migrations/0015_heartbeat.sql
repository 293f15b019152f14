-- Which program a node runs. The door sees who is alive, and no epoch: that is the nodes' own.
ALTER TABLE queue.node ADD COLUMN version text NOT NULL DEFAULT '';
GRANT SELECT (name, version, started_at, expires_at) ON queue.node TO mailfleet_door;
