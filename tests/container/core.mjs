// Compares what a step of the action wrote with what @actions/core, GitHub's own library, writes for the same values, byte for
// byte. Usage: node core.mjs MODULES STEP-FOLDER [EXPECTED-SUMMARY]
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [modules, folder, summary] = process.argv.slice(2)
const manifest = JSON.parse(fs.readFileSync(path.join(modules, '@actions/core/package.json'), 'utf8'))
const entry = manifest.exports?.['.']?.import?.default ?? manifest.exports?.['.']?.import ?? manifest.main
const core = await import(pathToFileURL(path.join(modules, '@actions/core', entry)))
const read = name => fs.readFileSync(path.join(folder, name), 'utf8')
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'core-'))
let compared = 0

function same(what, ours, theirs) {
  compared += 1
  if (ours === theirs) return
  let at = 0
  while (ours[at] === theirs[at]) at += 1
  const near = text => JSON.stringify(text.slice(Math.max(0, at - 80), at + 80))
  console.error(`${what} differs from @actions/core ${manifest.version} from character ${at} on\n ours: ${near(ours)}\n core: ${near(theirs)}`)
  process.exitCode = 1
}

/** What @actions/core writes to standard output meanwhile. */
function captured(call) {
  const write = process.stdout.write
  let text = ''
  process.stdout.write = chunk => ((text += chunk), true)
  try { call() } finally { process.stdout.write = write }
  return text
}

// The runner's own reading of a command: properties up to the first `::`, then the message, with the escapes taken back.
const plain = text => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%25', '%')
function command(line) {
  const [, name, properties, message] = /^::(\w[\w-]*)(?: (.*?))?::(.*)$/.exec(line)
  const values = Object.fromEntries((properties ?? '').split(',').filter(Boolean).map(pair => {
    const at = pair.indexOf('=')
    return [pair.slice(0, at), plain(pair.slice(at + 1))]
  }))
  return { name, values, message: message.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%') }
}

// Outputs: each is written anew by core.setOutput; the random part of the delimiters aside.
const fixed = text => text.replace(/ghadelimiter_[0-9a-f-]+/g, 'ghadelimiter_X')
const outputs = []
const lines = read('set_output').split('\n')
while (lines.length > 1) {
  const [name, delimiter] = lines.shift().split('<<')
  const value = []
  for (let line; (line = lines.shift()) !== delimiter;) value.push(line)
  outputs.push([name, value.join('\n')])
}
process.env.GITHUB_OUTPUT = path.join(scratch, 'output')
fs.writeFileSync(process.env.GITHUB_OUTPUT, '')
for (const [name, value] of outputs) core.setOutput(name, value)
same('GITHUB_OUTPUT', fixed(read('set_output')), fixed(fs.readFileSync(process.env.GITHUB_OUTPUT, 'utf8')))

// Annotations, and outputs in the older form.
delete process.env.GITHUB_OUTPUT
const log = read('log').split('\n')
log.forEach((line, at) => {
  if (!line.startsWith('::')) return
  const { name, values, message } = command(line)
  if (name === 'set-output') {
    same('an output in the older form', `${log[at - 1]}\n${line}\n`, captured(() => core.setOutput(values.name, message)))
    return
  }
  const properties = { title: values.title, file: values.file }
  for (const [ours, theirs] of [['line', 'startLine'], ['endLine', 'endLine'], ['col', 'startColumn'], ['endColumn', 'endColumn']]) {
    if (ours in values) properties[theirs] = Number(values[ours])
  }
  same('an annotation', `${line}\n`, captured(() => core[name](message, properties)))
})

if (summary) {
  process.env.GITHUB_STEP_SUMMARY = path.join(scratch, 'summary')
  fs.writeFileSync(process.env.GITHUB_STEP_SUMMARY, '')
  await core.summary.addRaw(fs.readFileSync(summary, 'utf8')).write()
  same('GITHUB_STEP_SUMMARY', read('step_summary'), fs.readFileSync(process.env.GITHUB_STEP_SUMMARY, 'utf8'))
}
fs.rmSync(scratch, { recursive: true })
console.log(`${path.basename(folder)}: ${compared} texts compared with @actions/core ${manifest.version}`)
