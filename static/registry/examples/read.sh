#!/bin/sh
# Read the interface with curl:  sh read.sh https://registry.example
set -eu
site="$1"

# The first 5 projects of 2020, the largest sums first
curl --fail --silent --show-error "$site/api/v1/projects/?year=2020&ordering=-amount&page_size=5"
echo

# All of them as a file for a spreadsheet, with the same filters
curl --fail --silent --show-error --output projects.csv "$site/api/v1/projects/export/?format=csv&year=2020"

# Ask again only for what has changed: 304 and no body where nothing has
curl --fail --silent --show-error --dump-header headers.txt --output counties.json "$site/api/v1/counties/"
tag=$(sed -n 's/^[Ee][Tt][Aa][Gg]: *//p' headers.txt | tr -d '\r')
curl --silent --output /dev/null --write-out '%{http_code}\n' --header "If-None-Match: $tag" "$site/api/v1/counties/"
