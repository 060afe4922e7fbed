#!/bin/sh
# Leads a small shop from the vectors that it has to blends of them with its texts, step by step.
# Usage: migrate-example.sh [STORE]     STORE: where the new index goes, milvus://localhost:19530/shop; without it, into the data folder
# HYBRID is the command, "hybrid" by default. Works in the current folder; an export of gensim would stand in the place of old.txt.
set -eu
: "${HYBRID:=hybrid}"

{ echo "id,title"; for i in $(seq 1 60); do echo "lamp-$i,Desk lamp number $i"; echo "mug-$i,Coffee mug number $i"; done; } > items.csv
{ echo "user,item,time"; for u in $(seq 1 200); do for k in 0 1 2 3 4 5; do echo "u$u,$([ $((u % 2)) = 0 ] && echo lamp || echo mug)-$(((u + k) % 60 + 1)),$((1750000000 + k))"
done; done; } > events.csv
{ echo "120 3"; for i in $(seq 1 60); do echo "lamp-$i 1 0.$i 0"; echo "mug-$i 0 0.$i 1"; done; } > old.txt

$HYBRID import --items items.csv --events events.csv --index
$HYBRID migrate inspect old.txt --fail-on not-finite,duplicates,mixed-dimensions,unknown=0.05
$HYBRID migrate plan --to example --legacy old.txt --alpha 0.5 --hold-days 0 ${1:+--to-store "$1"}
$HYBRID migrate start
$HYBRID migrate next                       # backfill
$HYBRID migrate next                       # every row is verified
$HYBRID migrate reconcile
verdict=0
$HYBRID migrate compare || verdict=$?      # 0 promote, 10 hold, 11 roll back, 12 inconclusive
echo "The verdict is $verdict; so few users tell little, and the example goes on whatever it is."
for share in 1 10 25 50 100; do
    $HYBRID migrate next --force
done
$HYBRID migrate next                       # hold
if [ $# -gt 0 ]; then $HYBRID migrate finish; else $HYBRID migrate finish --drop-old; fi
$HYBRID search "desk lamp 7" -k 3
$HYBRID migrate status
