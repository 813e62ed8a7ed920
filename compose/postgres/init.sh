#!/bin/sh
# Runs once, in an empty database server: what the stack needs there.
set -eu
sql() {
    psql -v ON_ERROR_STOP=1 -q -U postgres "$@"
}
# The password NAME_PASSWORD, or what the file has that NAME_PASSWORD_FILE names.
password() {
    eval "file=\${$1_PASSWORD_FILE:-}"
    if [ -n "$file" ]; then cat "$file"; else eval "echo \"\$$1_PASSWORD\""; fi
}
# A database and the role that owns it. The password goes in by standard input, where no process list shows it.
for name in registry reporting; do
    echo "CREATE ROLE $name LOGIN PASSWORD '$(password "$(echo "$name" | tr '[:lower:]' '[:upper:]')")'" | sql
    sql -c "CREATE DATABASE $name OWNER $name"
done
sql -c "CREATE DATABASE shop ENCODING 'UTF8' TEMPLATE template0"
sql -1 -d shop -f /shop/schema.sql -f /shop/seed.sql
echo "ALTER ROLE millrace_cdc PASSWORD '$(password SHOP_CDC)'" | sql
