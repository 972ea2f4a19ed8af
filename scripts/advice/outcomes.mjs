#!/usr/bin/env node
/**
 * Measures the advisor's table: trains every method on every task with the settings that the program chooses, asks for the evidence, and writes
 * src/rules/advice/outcomes.ts. What is done already is not done again.
 *
 *   npm run build && node scripts/advice/outcomes.mjs DATA FOLDER [--only PART] [--methods a,b] [--evidence] [--write]
 *
 * DATA holds usps, pacs-small, cifar-10-binary.tar.gz, cifar-100-binary and models/cifar10-resnet20.th; FOLDER keeps the runs. `--evidence` asks for the
 * evidence anew, `--write` writes the table and trains nothing.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { data, sources, tasks } from './tasks.mjs'

const [dataFolder, folder, ...flags] = process.argv.slice(2)
const after = (flag) => flags.includes(flag) ? flags[flags.indexOf(flag) + 1] : undefined
const [only, methods] = [after('--only'), after('--methods')?.split(',')]
const file = join(folder, 'outcomes.json')
const table = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { sources: {}, tasks: {} }
const program = resolve(process.env.GRAFT ?? 'bin/graft.cjs')
const keep = () => writeFileSync(file, JSON.stringify(table, null, 2))

function graft(...words) {
  const before = (process.env.GRAFT_BEFORE ?? '').split(' ').filter(Boolean)
  const [command, ...rest] = [...before, process.execPath, program, '--data-dir', join(folder, 'data'), '--json', ...words]
  return JSON.parse(execFileSync(command, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 28 }))
}
function attempt(what, work) {
  try {
    return work()
  } catch (error) {
    console.log(`${what}: not done (${String(error.stdout ?? error.message).slice(0, 200)})`)
    return undefined
  }
}

function prepare() {
  mkdirSync(folder, { recursive: true })
  const there = new Set(graft('datasets', 'list').datasets.map(({ id }) => id))
  for (const [id, [path]] of Object.entries(data)) if (!there.has(id)) graft('datasets', 'add', join(dataFolder, path), '--id', id)
  for (const [name, source] of Object.entries(sources)) {
    if (table.sources[name]) continue
    if (source.file && !graft('models', 'list').models.some(({ ref }) => ref === source.ref)) graft('models', 'import', join(dataFolder, source.file), '--id', source.ref.slice(6))
    table.sources[name] = source.train ? { ref: `run:${graft('run', ...source.train).id}`, data: source.data } : { ref: source.ref }
    keep()
  }
}

function measure() {
  for (const { task, source, target, labels, methods: own } of tasks) {
    if (only !== undefined && !task.includes(only)) continue
    const { ref, data: sourceData } = table.sources[source]
    const row = table.tasks[task] ??= { accuracy: {}, seconds: {} }
    const words = ['--source', ref, '--target', target, '--labels', labels, ...labels === 'none' && sourceData ? ['--source-data', sourceData] : []]
    if (flags.includes('--evidence')) {
      const advice = attempt(`${task}: evidence`, () => graft('advise', ...words))
      if (advice) {
        row.evidence = advice.evidence
        row.advice = advice.recommendations.map(({ method }) => method)
        row.adviceSeconds = advice.seconds
      }
      console.log(task, advice?.seconds, row.advice)
      keep()
      continue
    }
    for (const method of own) {
      if (row.accuracy[method] !== undefined || (methods && !methods.includes(method))) continue
      const run = attempt(`${task}: ${method}`, () => graft('run', ...words, '--method', method))
      if (!run) continue
      row.accuracy[method] = run.metrics.test.accuracy
      row.seconds[method] = Math.round(run.seconds)
      console.log(new Date().toISOString().slice(11, 19), task, method, run.metrics.test.accuracy.toFixed(4), `${row.seconds[method]} s`)
      keep()
    }
  }
}

function write() {
  const rows = tasks.flatMap(({ task }) => {
    const { evidence, accuracy } = table.tasks[task] ?? {}
    if (!evidence || Object.keys(accuracy).length < 2) return []
    const { sourceKind, sameClasses, labelsPerClass, classes, crossValidated, scores } = evidence
    const neighbours = scores[0]?.source?.value
    const four = (value) => Number(value.toFixed(4))
    return [{
      task, sourceKind, sameClasses, labelsPerClass, classes, ...crossValidated && { crossValidated: four(crossValidated.value) },
      ...neighbours !== undefined && { neighbours: four(neighbours) },
      accuracy: Object.fromEntries(Object.entries(accuracy).map(([method, value]) => [method, four(value)]))
    }]
  })
  const text = JSON.stringify(rows, null, 2).replace(/"(\w+)":/g, '$1:').replace(/"([\w-]+)":/g, '\'$1\':').replace(/"([^"]*)"/g, '\'$1\'')
  writeFileSync('src/rules/advice/outcomes.ts',
    `import type { Outcome } from './outcome'\n\n/** The measured tasks. Written by scripts/advice/outcomes.mjs, which trains every method on every task and asks for the evidence. */\nexport const outcomes: readonly Outcome[] = ${text}\n`)
}

if (flags.includes('--write')) write()
else {
  prepare()
  measure()
}
