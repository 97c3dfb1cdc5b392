#!/bin/sh
# Ids: the node's name and a number that it counts up. `unique-ids.sh --forgetful` leaves the name out, which is a bug.
me= count=0
while read -r line; do
  src=${line#*\"src\":\"} src=${src%%\"*}
  id=${line#*\"msg_id\":} id=${id%%[,\}]*}
  case $line in
    *'"type":"init"'*)
      me=${line#*\"node_id\":\"} me=${me%%\"*}
      reply='"type":"init_ok"'
      ;;
    *'"type":"generate"'*)
      count=$((count + 1))
      name=$me-
      [ "$1" = --forgetful ] && name=
      reply="\"type\":\"generate_ok\",\"id\":\"$name$count\""
      ;;
    *) reply='"type":"error","code":10' ;;
  esac
  printf '{"src":"%s","dest":"%s","body":{%s,"in_reply_to":%s}}\n' "$me" "$src" "$reply" "$id"
done
