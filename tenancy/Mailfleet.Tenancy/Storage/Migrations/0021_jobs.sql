-- Work that takes longer than a request: imports. A row waits (0), is done (1) or was refused (2); it is marked in the transaction that does it.
CREATE TABLE tenancy.import_job (
    id text COLLATE "C" PRIMARY KEY,
    node_id text COLLATE "C" NOT NULL,       -- where whoever made it stands
    path text COLLATE "C" NOT NULL,
    login text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    actor jsonb NOT NULL,                    -- who made it: the work is done with their rights of then and now
    total int NOT NULL,
    done int NOT NULL DEFAULT 0,
    refused int NOT NULL DEFAULT 0,
    fault text,                              -- why all of it was stopped
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    listed boolean NOT NULL DEFAULT true
);
CREATE INDEX ON tenancy.import_job (path, id) WHERE listed;
CREATE INDEX ON tenancy.import_job (id) WHERE state = 'Running';
CREATE INDEX ON tenancy.import_job (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE tenancy.import_row (
    job_id text COLLATE "C" NOT NULL REFERENCES tenancy.import_job ON DELETE CASCADE,
    line int NOT NULL,
    data jsonb NOT NULL,                     -- the row's columns, never a password
    sealed bytea,                            -- its password or hash, until the row is done
    state smallint NOT NULL,
    object_id text COLLATE "C",
    code text,
    field text,
    message text,
    PRIMARY KEY (job_id, line)
);
CREATE INDEX ON tenancy.import_row (job_id, line) WHERE state = 0;
CREATE INDEX ON tenancy.import_row (job_id, line) WHERE state = 2;
