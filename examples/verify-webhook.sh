# Says whether an event came from the portal: its three headers as arguments, its body, byte for byte, from the input.
id=$1 timestamp=$2 signatures=$3
age=$(($(date +%s) - timestamp))
[ "${age#-}" -le 300 ] || { echo "too old" >&2; exit 1; }
key=$(echo "${WEBHOOK_SECRET#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \n')
expected=$({ printf '%s.%s.' "$id" "$timestamp"; cat; } | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)
for signature in $signatures; do
  [ "$signature" = "v1,$expected" ] && { echo genuine; exit 0; }
done
echo forged >&2
exit 1
