-- Plans: a plan inherits what it leaves open from its parent. Usable at its node and below. terms: see PlanTerms. Not made from events, so no foreign keys into lists.
CREATE TABLE tenancy.plan (
    id text COLLATE "C" PRIMARY KEY,
    node_id text COLLATE "C" NOT NULL,
    path text COLLATE "C" NOT NULL,
    parent_id text COLLATE "C" REFERENCES tenancy.plan,
    name text COLLATE "C" NOT NULL,
    terms jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    listed boolean NOT NULL DEFAULT true
);
CREATE INDEX ON tenancy.plan (path, id) WHERE listed;
CREATE INDEX ON tenancy.plan (parent_id);
CREATE UNIQUE INDEX ON tenancy.plan (node_id, name) WHERE listed;

-- pinned_terms: what was agreed with this customer; stands above every plan and stays when the plan changes.
-- due_at: when the stage ends by itself; null for never. next_at: when there is something to do: to announce that, then to do it.
ALTER TABLE tenancy.customer
    ADD COLUMN plan_id text COLLATE "C",
    ADD COLUMN pinned_terms jsonb,
    ADD COLUMN stage text NOT NULL DEFAULT 'Active',
    ADD COLUMN stage_since timestamptz,
    ADD COLUMN due_at timestamptz,
    ADD COLUMN next_at timestamptz,
    ADD COLUMN is_held boolean NOT NULL DEFAULT false;
CREATE INDEX ON tenancy.customer (plan_id) WHERE plan_id IS NOT NULL;
CREATE INDEX customer_next ON tenancy.customer (next_at, id) WHERE listed AND NOT is_held AND next_at IS NOT NULL;
CREATE INDEX customer_due ON tenancy.customer (due_at) WHERE listed AND due_at IS NOT NULL;

-- How far business time runs ahead of the real one, for trying out what only time brings. Standalone alone has a way to set it.
CREATE TABLE tenancy.business_clock (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    ahead_seconds bigint NOT NULL CHECK (ahead_seconds >= 0),
    changes bigint NOT NULL DEFAULT 0            -- grows with every change: work that waits for time runs once for each
);
INSERT INTO tenancy.business_clock (ahead_seconds) VALUES (0);
