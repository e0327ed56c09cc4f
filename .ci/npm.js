#!/usr/bin/env node
// Runs the binary that npm chose for this system.
const { spawnSync } = require('node:child_process');
const { platform, arch } = process;
let binary;
try {
  binary = require.resolve(`lookback-${platform}-${arch}/lookback${platform === 'win32' ? '.exe' : ''}`);
} catch {
  console.error(`error: there is no binary of lookback for ${platform} on ${arch}, or npm left optional packages out\n  hint: install without --omit=optional, or build from source`);
  process.exit(2);
}
const ran = spawnSync(binary, process.argv.slice(2), { stdio: 'inherit' });
if (ran.error) {
  console.error(`error: ${binary}: ${ran.error.message}`);
  process.exit(2);
}
process.exit(ran.status ?? 2);
