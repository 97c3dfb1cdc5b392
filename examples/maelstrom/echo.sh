#!/bin/sh
# Echo, in nothing but the shell: messages are taken apart by parameter expansion.
me=
while read -r line; do
  src=${line#*\"src\":\"} src=${src%%\"*}
  id=${line#*\"msg_id\":} id=${id%%[,\}]*}
  case $line in
    *'"type":"init"'*)
      me=${line#*\"node_id\":\"} me=${me%%\"*}
      reply='"type":"init_ok"'
      ;;
    *'"type":"echo"'*)
      text=${line#*\"echo\":\"} text=${text%%\"*}
      reply="\"type\":\"echo_ok\",\"echo\":\"$text\""
      ;;
    *) reply='"type":"error","code":10' ;;
  esac
  printf '{"src":"%s","dest":"%s","body":{%s,"in_reply_to":%s}}\n' "$me" "$src" "$reply" "$id"
done
