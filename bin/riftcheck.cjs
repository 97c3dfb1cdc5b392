#!/usr/bin/env node
// The published command. In the syntax of old runtimes, so that they print the line below instead of a syntax error.
"use strict";
var version = process.versions.node.split(".").map(Number);
if (version[0] > 24 || (version[0] === 24 && version[1] >= 11)) {
  import("../dist/harness/cli/main.js");
} else {
  console.error("riftcheck needs Node 24.11 or newer; this is Node " + process.versions.node);
  process.exit(3);
}
