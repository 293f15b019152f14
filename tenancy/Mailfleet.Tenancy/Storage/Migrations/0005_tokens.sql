-- Tokens of the API. Only the SHA-256 of the secret is kept; with 256 random bits that is as good as a slow hash.
CREATE TABLE tenancy.api_token (
    id text COLLATE "C" PRIMARY KEY,
    secret_sha256 bytea NOT NULL UNIQUE,
    node_id text COLLATE "C" NOT NULL,
    path text COLLATE "C" NOT NULL,                         -- how far it reaches
    name text COLLATE "C" NOT NULL,
    rights text[] NOT NULL,                                 -- at most what its maker had
    sources cidr[] NOT NULL,                                -- empty: from anywhere
    person_id text COLLATE "C" REFERENCES tenancy.person,   -- whose it is; null for those of the operator's own token
    parent_id text COLLATE "C" REFERENCES tenancy.api_token,-- the token that made it, which takes it along when it goes
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    listed boolean NOT NULL DEFAULT true                    -- false once revoked
);
CREATE INDEX ON tenancy.api_token (path, id) WHERE listed;
CREATE INDEX ON tenancy.api_token (person_id, id) WHERE listed;
CREATE INDEX ON tenancy.api_token (parent_id);
