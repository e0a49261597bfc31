#!/usr/bin/env bash
# Sealing a file of 50 MB to five members, as a process of its own, against
# gpg --encrypt and age on the same file in one run: rounds are interleaved, the
# median of the processor time counts. Needs gnupg, age and time (Debian).
#
#   scripts/bench-seal.sh            ROUNDS=7, AGE=/path/to/another/age as one more peer
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${ROUNDS:-7} times=10 # each round seals the file so many times: the clock ticks in hundredths
work=$(mktemp -d)
trap 'GNUPGHOME="$work/gnupg" gpgconf --kill all 2>/dev/null || true; rm -rf "$work"' EXIT

CGO_ENABLED=0 go build -trimpath -o "$work/keepiton" ./cmd/keepiton
CGO_ENABLED=0 go test -c -trimpath -o "$work/seal.test" ./seal
head -c 50000000 /dev/urandom >"$work/file"
echo "a passphrase for this run alone" >"$work/words"
key() { "$work/keepiton" key --keys "$work/keys" --passphrase-file "$work/words" "$@" >/dev/null; }
key init campaign --name bench --email bench@campaign.example

# Five curve keys of gpg, five X25519 keys of age, five members with both of ours.
mkdir -m 700 "$work/gnupg"
export GNUPGHOME="$work/gnupg"
gpg_to=() age_to=()
for n in 1 2 3 4 5; do
  key init member --name "desk $n"
  gpg --batch --quiet --passphrase '' --quick-gen-key "desk$n" future-default default never 2>/dev/null
  gpg_to+=(-R "desk$n")
  age_to+=(-r "$(age-keygen 2>/dev/null | sed -n 's/^# public key: //p')")
done
key add "$work"/keys/*.member.json
key export --to "$work/set"
export KEEPITON_SEAL_FILE="$work/file" KEEPITON_SEAL_KEYS="$work/set"

declare -A run=(
  [keepiton, age hybrid]="'$work/seal.test' -test.run '^TestSealAFileAsAProcess\$'"
  [keepiton, OpenPGP]="KEEPITON_SEAL_AS=openpgp '$work/seal.test' -test.run '^TestSealAFileAsAProcess\$'"
  [gpg, not compressed]="gpg --batch --quiet --trust-model always --compress-level 0 ${gpg_to[*]} --output - --encrypt '$work/file'"
  [gpg, as it comes]="gpg --batch --quiet --trust-model always ${gpg_to[*]} --output - --encrypt '$work/file'"
  [age of Debian]="age ${age_to[*]} '$work/file'"
)
order=("keepiton, age hybrid" "keepiton, OpenPGP" "age of Debian" "gpg, not compressed" "gpg, as it comes")
if [ -n "${AGE:-}" ]; then
  hybrid=()
  for n in 1 2 3 4 5; do hybrid+=(-r "$(sed -n 's/.*"age": "\(age1pq1[^"]*\)".*/\1/p' "$work/keys/desk-$n.member.json")"); done
  run[age in AGE]="'$AGE' ${hybrid[*]} '$work/file'"
  order+=("age in AGE")
fi
for ((i = 0; i < rounds; i++)); do
  for name in "${order[@]}"; do
    /usr/bin/time -f '%U %S %e %M' -o "$work/time" bash -c "for ((k = 0; k < $times; k++)); do ${run[$name]} || exit; done" >/dev/null 2>"$work/err" || { cat "$work/err"; exit 1; }
    tail -1 "$work/time" >>"$work/$name.times"
  done
done
base=""
printf '%-22s %10s %10s %10s %8s %8s\n' "" "processor" "wall" "MB/s" "MiB" "ratio"
for name in "${order[@]}"; do
  cpu=$(awk -v t="$times" '{print ($1+$2)/t}' "$work/$name.times" | sort -n | sed -n "$((rounds / 2 + 1))p")
  wall=$(awk -v t="$times" '{print $3/t}' "$work/$name.times" | sort -n | sed -n "$((rounds / 2 + 1))p")
  mem=$(awk '{print $4}' "$work/$name.times" | sort -n | tail -1)
  base=${base:-$cpu}
  awk -v n="$name" -v c="$cpu" -v w="$wall" -v m="$mem" -v b="$base" 'BEGIN { printf "%-22s %8.3f s %8.3f s %10.0f %8.0f %8.1f\n", n, c, w, 50/c, m/1024, c/b }'
done
echo "processor: user and system; MB/s: of processor time; MiB: highest of all rounds; ratio: processor time, ours is 1"
