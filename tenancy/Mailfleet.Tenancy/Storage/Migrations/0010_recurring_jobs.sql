-- Work that recurs: where its run stands. cursor null: no run is under way. clock_changes: the change of business time that it has last run for.
CREATE TABLE tenancy.recurring_job (
    name text COLLATE "C" PRIMARY KEY,
    cursor text COLLATE "C",
    started_at timestamptz,
    slice_at timestamptz,
    finished_at timestamptz,
    done bigint NOT NULL DEFAULT 0,              -- objects changed in the run under way or the last one
    fault text,                                  -- of the last slice; null when it went well
    clock_changes bigint NOT NULL DEFAULT 0
);
