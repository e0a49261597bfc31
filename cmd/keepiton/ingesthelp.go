package main

// What `keepiton help ingest` says of feeds whose files stand alone. Lines that begin
// with two hyphens are flags, those that begin with keepiton are examples.

const ingestIODAHelp = `IODA's signals, alerts and events: the JSON of its API (/v2/signals/raw/…,
/v2/outages/alerts, /v2/outages/events), or the CSV that its pages export. The rows
are theirs: they are in no export of ours.
--entity E        what a CSV is of, such as country/IR: it does not say; with --from, what to
                  ask for: country/IR, asn/44244, geoasn/44244-IR
keepiton ingest ioda --entity country/IR ioda-iran.csv
keepiton ingest ioda --from 2026-01-08 --to 2026-01-10 --country IR`

const ingestRadarHelp = `Cloudflare Radar's outages and anomalies: the JSON of its API
(/radar/annotations/outages, /radar/traffic_anomalies). What has no end yet is taken
to have lasted until the file was written, and a week at the most. CC BY-NC: the rows are in
no export of ours. To fetch it takes a token that may read Radar, in the
environment variable KEEPITON_RADAR_TOKEN.
--entity E        with --from, what to ask for: country/IR, asn/44244; all without it
keepiton ingest radar outages.json anomalies.json`

const ingestGoogleHelp = `Google's Transparency Report: traffic of one product in one country, as the page's
own answers have it, or as a CSV of time and value.
--entity E        country and product, such as country/RU/youtube: a file that was not
                  fetched with --from does not say
keepiton ingest google --entity country/RU/youtube RU.csv
keepiton ingest google --from 2026-01-01 --entity country/IR/youtube`

const ingestRIPEstatHelp = `RIPEstat's counts of what is routed: country-resource-stats, and routing-status of a
network.
--entity E        with --from, what to ask for: country/IR or asn/44244; and what an answer
                  is of that was cut off before it said so
keepiton ingest ripestat country-resource-stats.json
keepiton ingest ripestat --from 2026-01-01 --country IR`

const ingestMLabHelp = `M-Lab's NDT: days of countries and networks as CSV, from a query of its public tables
(docs/signals.md), and months of its Internet Quality Barometer (ir_2025_10.json).
keepiton ingest mlab ndt-2026.csv ir_2025_10.json`
