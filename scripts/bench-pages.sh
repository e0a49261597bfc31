#!/usr/bin/env bash
# Requests per second of cached public pages against nginx serving the same
# compressed bytes from files, in one run on this machine: rounds are
# interleaved and the median counts. Needs wrk, nginx and curl (Debian).
#
#   scripts/bench-pages.sh [DATA]     DATA: a folder with a record; default: the demo
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-}
rounds=${ROUNDS:-5} seconds=${SECONDS_EACH:-5} site=18081 files=18082
work=$(mktemp -d)
pids=()
trap 'for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done; wait 2>/dev/null || true; rm -rf "$work"' EXIT

CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$work/keepiton" ./cmd/keepiton
if [ -n "$data" ]; then
  "$work/keepiton" serve --data "$data" --listen "127.0.0.1:$site" >"$work/out" 2>&1 &
else
  "$work/keepiton" demo --listen "127.0.0.1:$site" >"$work/out" 2>&1 &
fi
pids+=($!)
for _ in $(seq 100); do grep -q "KeepItOn is at" "$work/out" && break; sleep 0.1; done

mkdir -p "$work/www/en"
incident=$(curl -s "http://127.0.0.1:$site/en/incidents" | grep -o 'KIO-[0-9]*-[0-9]*' | head -1)
pages=("en/" "en/incidents" "en/incidents/$incident")
names=("home" "incidents" "incident")
for i in "${!pages[@]}"; do
  curl -s -H 'Accept-Encoding: gzip' "http://127.0.0.1:$site/${pages[i]}" -o "$work/www/${names[i]}.html.gz"
  gzip -dc "$work/www/${names[i]}.html.gz" >"$work/www/${names[i]}.html"
done

cat >"$work/nginx.conf" <<CONF
worker_processes auto;
pid $work/nginx.pid;
error_log $work/error.log;
daemon off;
events { worker_connections 1024; }
http {
  include /etc/nginx/mime.types;
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  open_file_cache max=100;
  client_body_temp_path $work/t1; proxy_temp_path $work/t2; fastcgi_temp_path $work/t3; uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
  server { listen 127.0.0.1:$files; root $work/www; gzip_static on; gzip_vary on; etag on; }
}
CONF
nginx -c "$work/nginx.conf" &
pids+=($!)
sleep 0.5

rate() { wrk -t1 -c32 -d"${seconds}s" -H 'Accept-Encoding: gzip' "$1" | awk '/Requests\/sec/ {print $2}'; }
median() { sort -n | awk '{a[NR]=$1} END {print a[int((NR+1)/2)]}'; }

echo "cores: $(nproc), rounds: $rounds of $seconds s, wrk -t1 -c32, gzip"
for i in "${!pages[@]}"; do
  bytes=$(stat -c %s "$work/www/${names[i]}.html.gz")
  : >"$work/ours"; : >"$work/theirs"
  for _ in $(seq "$rounds"); do
    rate "http://127.0.0.1:$files/${names[i]}.html" >>"$work/theirs"
    rate "http://127.0.0.1:$site/${pages[i]}" >>"$work/ours"
  done
  ours=$(median <"$work/ours") theirs=$(median <"$work/theirs")
  awk -v n="${names[i]}" -v b="$bytes" -v o="$ours" -v t="$theirs" 'BEGIN {printf "%-10s %6d bytes  keepiton %8.0f/s  nginx %8.0f/s  ratio %.2f\n", n, b, o, t, o/t}'
done
