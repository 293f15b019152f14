-- People of the operator, of resellers, customers and domains. Not event-sourced: passwords and what guards them must be forgettable.
-- No foreign keys into the lists, which can be emptied and made anew from the events.
CREATE TABLE tenancy.person (
    id text COLLATE "C" PRIMARY KEY,
    node_id text COLLATE "C" NOT NULL,       -- where the role is held
    path text COLLATE "C" NOT NULL,          -- of that node
    role text NOT NULL,
    login text COLLATE "C" NOT NULL,
    name text NOT NULL,
    password_hash text,                      -- null until the person has chosen one
    has_password boolean GENERATED ALWAYS AS (password_hash IS NOT NULL) STORED,
    domain_id text COLLATE "C",              -- set by a sign-up: the log-in goes when this domain, never proven, is released
    created_at timestamptz NOT NULL,
    listed boolean NOT NULL DEFAULT true     -- false once removed: the audit still names the row
);
CREATE UNIQUE INDEX ON tenancy.person (login) WHERE listed;
CREATE INDEX ON tenancy.person (path, id) WHERE listed;
CREATE INDEX ON tenancy.person (domain_id) WHERE listed AND domain_id IS NOT NULL;

-- A log-in from one browser. The cookie's token is kept as its SHA-256: who reads the table cannot enter.
CREATE TABLE tenancy.person_session (
    id text COLLATE "C" PRIMARY KEY,
    person_id text COLLATE "C" NOT NULL REFERENCES tenancy.person,
    token_sha256 bytea NOT NULL UNIQUE,
    address text NOT NULL,
    user_agent text NOT NULL,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX ON tenancy.person_session (person_id);
CREATE INDEX ON tenancy.person_session (expires_at);

-- One link a person at most, to choose a password: an invitation or a reset.
CREATE TABLE tenancy.password_link (
    person_id text COLLATE "C" PRIMARY KEY REFERENCES tenancy.person,
    token_sha256 bytea NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL
);

-- Failed log-ins as leaking buckets, by network, by account and by both. Rows of a dead bucket are removed by later attempts.
CREATE TABLE tenancy.log_in_bucket (
    key text COLLATE "C" PRIMARY KEY,
    level double precision NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX ON tenancy.log_in_bucket (at);

-- Networks from which a person has logged in: from there an attack on the account from elsewhere does not lock them out.
CREATE TABLE tenancy.person_network (
    person_id text COLLATE "C" NOT NULL REFERENCES tenancy.person,
    network text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (person_id, network)
);

-- Who did what, written in the transaction of the change. Rows are never changed.
CREATE TABLE tenancy.audit (
    id text COLLATE "C" PRIMARY KEY,
    at timestamptz NOT NULL,
    path text COLLATE "C" NOT NULL,          -- place of what was changed
    actor text COLLATE "C" NOT NULL,         -- log-in, or the name of a token
    actor_id text COLLATE "C",
    role text NOT NULL,
    on_behalf_of text COLLATE "C",
    action text COLLATE "C" NOT NULL,
    object_id text COLLATE "C" NOT NULL,
    before jsonb,
    after jsonb,
    source text                              -- client's address
);
CREATE INDEX ON tenancy.audit (path, id);
CREATE INDEX ON tenancy.audit (object_id, id);
CREATE INDEX ON tenancy.audit (actor, id);
