-- +goose Up

-- Which subscriptions to alerts an organization manages for itself: any of its
-- people may see and end them. owner is the id of its entry.
CREATE TABLE subscription_owner (
	subscription BIGINT PRIMARY KEY,
	owner        TEXT NOT NULL
);
CREATE INDEX subscription_owner_owner ON subscription_owner (owner);
