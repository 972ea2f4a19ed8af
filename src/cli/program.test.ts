import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLibrary } from '../library'
import { installSamples } from '../library/datasets/samples'
import type { Run } from '../contract/runs'
import { defaultsOf } from '../contract/parameters'
import { trainingParameters } from '../contract/training'
import type { Engine } from '../engine'
import { speak, type Spoken } from './testing/fake'
import { fakeExamination } from './testing/fake-examination'

let dataDir = ''
beforeAll(() => { dataDir = mkdtempSync(join(tmpdir(), 'graft-cli-')) })
afterAll(() => rmSync(dataDir, { recursive: true }))

const say = (...argv: string[]): Promise<Spoken> => speak(dataDir, argv)
const training = ['run', '--source', 'arch:seed-cnn', '--target', 'digits', '--method', 'scratch']

async function addRun(name: string): Promise<Run> {
  return openLibrary(dataDir).runs.create({
    source: { model: 'arch:seed-cnn' }, target: { dataset: 'digits', labels: 'all' }, method: { id: 'scratch', params: {} },
    training: defaultsOf(trainingParameters), device: 'auto'
  }, { name, names: { source: 'Seed CNN', target: 'Digits', method: 'Scratch' } })
}

describe('wrong usage', () => {
  it.each([
    [['fly'], 'fly'],
    [['--lang', 'en'], 'command is missing'],
    [['runs'], 'list, show, compare'],
    [['runs', 'fly'], 'runs fly'],
    [['datasets', 'show'], 'ID'],
    [['datasets', 'list', 'more'], 'arguments'],
    [['methods', 'magic'], 'magic'],
    [['run'], '--source'],
    [['run', '--source', 'arch:seed-cnn', '--target', 'digits'], '--method'],
    [[...training, '--colour', 'red'], '--colour'],
    [[...training, '--epochs'], '--epochs'],
    [[...training, '--epochs', 'ten'], '--epochs'],
    [[...training, '--learning-rate', '-1'], '--learning-rate'],
    [[...training, '--device', 'tpu'], '--device'],
    [[...training, '--name', ' '], '--name'],
    [['datasets', 'add', '/tmp', '--size', '32'], '--size'],
    [['datasets', 'add', '/tmp', '--size', '0x32'], '--size'],
    [['datasets', 'add', '/tmp', '--validation', '2'], '--validation'],
    [['datasets', 'add', '/tmp', '--id', '../up'], '--id'],
    [['datasets', 'rename', 'digits'], 'NAME'],
    [['datasets', 'derive', 'digits', '--validation', '2'], '--validation'],
    [['evaluate', 'arch:seed-cnn', '--dataset', 'digits'], 'fresh weights'],
    [['predict', 'nonsense', 'a.png'], 'REF'],
    [['models', 'export', 'run:mine', 'out'], '--format'],
    [['models', 'export', 'run:mine', 'out', '--format', 'gif'], '--format'],
    [['models', 'export', 'arch:seed-cnn', 'out', '--format', 'onnx'], 'fresh weights'],
    [['resume', 'a/b'], 'RUN'],
    [['stop'], 'No run is being trained'],
    [['gauntlet', '--only', 'nothing'], 'mnist-usps-dann'],
    [['runs', 'list', '--lang', 'fr'], '--lang'],
    [['runs', 'list', '--data-dir', ''], '--data-dir']
  ])('%j ends with 2 and one sentence that names %s', async (argv, named) => {
    const { code, stdout, stderr } = await say(...argv)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(named)
    expect(stderr).toMatch(/^graft: [^\n]+\n$/)

    const json = await say(...argv, '--json')
    expect(json.code).toBe(2)
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { usage: true, message: expect.any(String) } })
    expect(json.stdout.trim()).not.toContain('\n')
  })

  it('suggests what was probably meant', async () => {
    expect((await say('rnus', 'list')).stderr).toContain('Did you mean runs?')
    expect((await say(...training, '--epoch', '3')).stderr).toContain('Did you mean --epochs?')
  })

  it('is told in Chinese to those who speak it', async () => {
    expect((await say('fly', '--lang', 'zh')).stderr).toContain('没有“fly”这个命令。')
    expect((await speak(dataDir, ['fly'], { env: { LANG: 'zh_CN.UTF-8' } })).stderr).toContain('没有“fly”这个命令。')
    expect((await speak(dataDir, ['fly', '--lang=en'], { env: { LANG: 'zh_CN.UTF-8' } })).stderr).toContain('There is no command')
  })
})

describe('help', () => {
  it('shows what works, and not what this version lacks', async () => {
    const { code, stdout, stderr } = await say('--help')
    expect([code, stderr]).toEqual([0, ''])
    for (const name of ['doctor', 'demo', 'datasets', 'models', 'methods', 'run', 'resume', 'evaluate', 'predict', 'runs', 'study', 'gauntlet']) {
      expect(stdout).toContain(`\n  ${name}`)
    }
    for (const name of ['catalogue', 'reference']) expect(stdout).not.toContain(`\n  ${name}`)
    const models = (await say('models', '--help')).stdout
    for (const name of ['import <', 'list', 'show <', 'export <', 'remove <', 'restore ']) expect(models).toContain(`\n  ${name}`)
  })

  it('shows every training setting as a flag with its range and default', async () => {
    const { stdout } = await say('run', '--help')
    expect(stdout).toContain('--batch-size <n>')
    expect(stdout.replace(/\s+/g, ' ')).toContain('(a whole number from 1 to 100,000; default auto)')
    expect(stdout).toContain('--json')
  })

  it('gives the version, and help without a command', async () => {
    expect(await say('--version')).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' })
    expect((await say()).stdout).toContain('Usage: graft')
  })
})

describe('advise', () => {
  let withSamples = ''
  beforeAll(async () => {
    withSamples = mkdtempSync(join(tmpdir(), 'graft-cli-'))
    await installSamples(openLibrary(withSamples), join(__dirname, '..', '..', 'resources', 'samples'))
  })
  afterAll(() => rmSync(withSamples, { recursive: true }))

  it('says plainly where the evidence carries no advice, and what is missing', async () => {
    const { code, stdout, stderr } = await speak(withSamples, ['advise', '--source', 'arch:seed-cnn', '--target', 'digits'])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('The evidence does not carry advice.')
    expect(stdout).toContain('no test image was looked at')
    expect(stdout).toContain('how good the advice is here is not known')
    const { code: wrong } = await speak(withSamples, ['advise', '--source', 'nonsense', '--target', 'digits'])
    expect(wrong).toBe(2)
  })

  it('races, says who won and by what, and takes minutes alone', async () => {
    const race = ['advise', '--source', 'arch:seed-cnn', '--target', 'digits', '--race']
    const { code, stdout, stderr } = await speak(withSamples, [...race, '2'])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('Winner: Fine-tuning')
    expect(stdout).toContain('90.0 %')
    expect((await speak(withSamples, [...race, 'soon'])).code).toBe(2)
    expect((await speak(withSamples, [...race, '2', '--sources'])).code).toBe(2)
    expect(JSON.parse((await speak(withSamples, [...race, '2', '--json'])).stdout)).toMatchObject({ winner: { method: 'fine-tuning' }, wanted: { minutes: 2 } })
  })

  it('gives one document with the evidence, the methods and the score so far', async () => {
    const { stdout } = await speak(withSamples, ['advise', '--source', 'arch:seed-cnn', '--target', 'digits', '--labels', '1', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ state: 'abstains', recommendations: expect.any(Array), evidence: { labelled: 2 }, score: { forecasts: 0 } })
  })
})

describe('datasets doctor', () => {
  it('says what was found, what it means and what to do, with the pictures; all of it in the document', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'graft-cli-'))
    await installSamples(openLibrary(folder), join(__dirname, '..', '..', 'resources', 'samples'))
    const { code, stdout, stderr } = await speak(folder, ['datasets', 'doctor', 'digits'])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('! Labels that are likely wrong: 1')
    expect(stdout).toContain('train 3  cat → dog? 97.0 %')
    const { stdout: document } = await speak(folder, ['datasets', 'doctor', 'digits', '--test-labels', '--images', '50', '--json'])
    expect(JSON.parse(document)).toMatchObject({ wanted: { dataset: 'digits', source: 'model:efficientnet-lite0', testLabels: true, images: 50 }, findings: [{ count: 1 }] })
    expect((await speak(folder, ['datasets', 'doctor', 'digits', '--images', 'few'])).code).toBe(2)
    const plan = join(folder, 'plan.json')
    expect((await speak(folder, ['datasets', 'doctor', 'digits', '--plan', plan])).stdout).toContain(`graft datasets mend digits --plan ${plan}`)
    // A plan that somebody may have changed is not written over.
    const refused = await speak(folder, ['datasets', 'doctor', 'digits', '--plan', plan], { loadEngine: () => Promise.reject(new Error('looked')) })
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(`${plan} is there already and is not written over`) })
    const many = fakeExamination({ dataset: 'digits' })
    const [first] = many.findings
    const found = { ...first!, count: 1640, suspects: Array.from({ length: 500 }, (_, position) => ({ ...first!.suspects[0]!, position })) }
    const cut = await speak(folder, ['datasets', 'doctor', 'digits', '--plan', join(folder, 'cut.json')], {
      loadEngine: () => Promise.resolve({ examine: () => Promise.resolve({ ...many, findings: [found] }) } as Partial<Engine> as Engine)
    })
    expect(cut.stdout).toContain('Labels that are likely wrong: 500 of 1,640 found are in the plan; mend, then look again.')
    const corrections = JSON.parse(readFileSync(plan, 'utf8')) as { corrections: { to: string }[] }
    expect(corrections).toMatchObject({ dataset: 'digits', corrections: [{ do: 'relabel', split: 'train', position: 3, to: 'dog' }] })
    writeFileSync(plan, JSON.stringify({ ...corrections, corrections: [{ do: 'leave-out', split: 'train', position: 3 }] }))
    const mended = await speak(folder, ['datasets', 'mend', 'digits', '--plan', plan, '--rename-class', '3=4', '--json'])
    expect(JSON.parse(mended.stdout)).toMatchObject({
      id: 'uci-optical-digits-2-corrections', provenance: { derived: { from: 'digits', corrections: { relabelled: 0, leftOut: 1, moved: 0, classes: 1 } } }
    })
    expect((await speak(folder, ['datasets', 'show', 'uci-optical-digits-2-corrections'])).stdout).toContain('1 left out, 1 class renamed')
    expect((await speak(folder, ['datasets', 'mend', 'digits'])).stderr).toContain('The plan changes nothing.')
    writeFileSync(plan, '{"corrections": [{"do": "burn"}]}')
    expect(await speak(folder, ['datasets', 'mend', 'digits', '--plan', plan])).toMatchObject({ code: 2, stderr: expect.stringContaining('is no plan of corrections') })
    expect((await speak(folder, ['datasets', 'doctor', 'nothing'])).code).toBe(2)
    rmSync(folder, { recursive: true })
  })
})

describe('datasets label-next', () => {
  it('names pictures with their guesses, and writes a plan to be filled in that mend takes once it is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'graft-cli-'))
    await installSamples(openLibrary(folder), join(__dirname, '..', '..', 'resources', 'samples'))
    const plan = join(folder, 'labels.json')
    const { code, stdout, stderr } = await speak(folder, ['datasets', 'label-next', 'digits', '--count', '2', '--plan', plan])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('2 pictures wait for a label, 2 were looked at; 6 have one')
    expect(stdout).toContain('dog 75.0 %')
    expect(JSON.parse(readFileSync(plan, 'utf8'))).toMatchObject({ corrections: [
      { do: 'label', split: 'unlabelled', position: 1, to: 'dog' }, { do: 'label', split: 'unlabelled', position: 0, to: '?' }
    ] })
    const unfinished = await speak(folder, ['datasets', 'mend', 'digits', '--plan', plan])
    expect(unfinished).toMatchObject({ code: 2, stderr: expect.stringContaining('says “?” in place of the class of 1 picture') })
    expect(JSON.parse((await speak(folder, ['datasets', 'label-next', 'digits', '--json'])).stdout)).toMatchObject({ wanted: { dataset: 'digits', count: 20 }, pictures: [{}, {}] })
    expect((await speak(folder, ['datasets', 'label-next', 'digits', '--count', 'many'])).code).toBe(2)
    expect((await speak(folder, ['datasets', 'label-next', 'nothing'])).code).toBe(2)
    rmSync(folder, { recursive: true })
  })
})

describe('datasets xray', () => {
  it('says what differs and what to do; all of it in the document', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'graft-cli-'))
    await installSamples(openLibrary(folder), join(__dirname, '..', '..', 'resources', 'samples'))
    const asked = ['datasets', 'xray', '--source', 'model:net', '--target', 'digits']
    const { code, stdout, stderr } = await speak(folder, asked)
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('= Classes: All 2 classes have the same names in the same order: the head can be kept.')
    expect(stdout).toContain('What the source learned from is not here')
    expect(JSON.parse((await speak(folder, [...asked, '--source-data', 'mnist-sample', '--json'])).stdout))
      .toMatchObject({ wanted: { source: 'model:net', sourceData: 'mnist-sample', target: 'digits' }, findings: [{ id: 'classes' }, { id: 'no-source-data' }] })
    expect((await speak(folder, ['datasets', 'xray', '--source', 'model:net', '--target', 'nothing'])).code).toBe(2)
    rmSync(folder, { recursive: true })
  })
})

describe('run', () => {
  it('refuses what the engine\'s check refuses, before a run exists', async () => {
    const problems = [{ code: 'dataset-not-found', message: { en: 'There is no data set "digits".', zh: '没有' }, usage: true, field: 'target.dataset' }]
    const { code, stderr } = await speak(dataDir, training, { problems })
    expect(code).toBe(2)
    expect(stderr).toContain('There is no data set "digits".')
    expect((await openLibrary(dataDir).runs.list()).runs).toEqual([])
  })
})

describe('resume', () => {
  it('gives one JSON document on stdout and progress on stderr', async () => {
    const { id } = await addRun('First')
    const { code, stdout, stderr } = await say('resume', id, '--json')
    expect(code).toBe(0)
    expect(stderr).toContain(id)
    const document = JSON.parse(stdout)
    expect(document).toMatchObject({
      id, state: 'done', epochs: 3, seconds: 1.5, imagesPerSecond: 100, backend: 'wasm', compute: { threads: 2 },
      metrics: { test: { accuracy: 0.875, loss: 0.4, n: 8, perClass: [{ class: 'a', accuracy: 0.875, n: 8 }] } },
      spec: { method: { id: 'scratch' }, training: { epochs: 10 } }
    })
  })

  it.each([
    ['cancelled', undefined, 130, 'graft resume'],
    ['failed', { code: 'not-finite', message: { en: 'The loss is not a number.', zh: '损失不是数。' } }, 1, 'The loss is not a number.']
  ] as const)('of a run that is then %s ends with its reason and exit code', async (state, error, expected, named) => {
    const { id } = await addRun(state)
    const { code, stdout, stderr } = await speak(dataDir, ['resume', id, '--json'], { outcome: () => ({ state, ...(error && { error }) }) })
    expect(code).toBe(expected)
    expect(JSON.parse(stdout)).toMatchObject({ id, state })
    expect(stderr.trim().split('\n').at(-1)).toContain(named)
  })

  it('says where what it reached elsewhere lies, as long as that cannot be read', async () => {
    const { id } = await addRun('Left')
    const store = join(dataDir, 'not-mounted')
    await openLibrary(dataDir).runs.update(id, (run) => ({ ...run, state: 'cancelled', leftThere: { on: 'http://x:8265', store, attempt: 1 } }))
    const { code, stderr } = await say('resume', id)
    expect(code).toBe(0)
    expect(stderr).toContain(`lies in ${store}, which still cannot be read`)
  })

  it('refuses a run that is done, and one that is not there', async () => {
    const { id } = await addRun('Done')
    await say('resume', id)
    const again = await say('resume', id)
    expect(again.code).toBe(2)
    expect(again.stderr).toContain('nothing to resume')
    const missing = await say('resume', '01ARZ3NDEKTSV4RRFFQ69G5FAV')
    expect(missing.code).toBe(2)
    expect(missing.stderr).toContain('There is no run')
  })
})

describe('models compare', () => {
  it('tells how alike two models\' layers are, and what differs most', async () => {
    const { code, stdout, stderr } = await say('models', 'compare', 'model:a', 'model:b', '--dataset', 'digits')
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('Rows: Before; columns: After (40 pictures of Mine, test)')
    expect(stdout.replace(/ +/g, ' ')).toContain('Convolution 0.98 −0.01')
    expect(stdout).toContain('“Dense” differs most (0.50), “Convolution” least (0.98).')
    expect(JSON.parse((await say('models', 'compare', 'model:a', 'model:b', '--dataset', 'digits', '--json')).stdout).values).toEqual([[0.98, -0.01], [null, 0.5]])
    expect((await say('models', 'compare', 'model:a', 'model:b')).stderr).toContain('--dataset')
    expect((await say('models', 'compare', 'model:a', 'model:b', '--dataset', 'digits', '--images', '3')).code).toBe(2)
  })
})

describe('runs', () => {
  it('can be named by the end of their id', async () => {
    const { id } = await addRun('Short')
    expect(JSON.parse((await say('runs', 'show', id.slice(-8).toLowerCase(), '--json')).stdout)).toMatchObject({ id, name: 'Short' })
    expect(JSON.parse((await say('runs', 'show', `run:${id}`, '--json')).stdout)).toMatchObject({ id })
  })

  it('are listed, removed with undo, and restored', async () => {
    const { id } = await addRun('Gone')
    expect((await say('runs', 'list')).stdout).toContain('Gone')
    const { undo } = JSON.parse((await say('runs', 'remove', id, '--json')).stdout)
    expect((await say('runs', 'list')).stdout).not.toContain('Gone')
    expect((await say('runs', 'restore', undo[0])).code).toBe(0)
    expect((await say('runs', 'list')).stdout).toContain('Gone')
  })

  it('are tagged, noted and pinned, and listed by it', async () => {
    const [{ id }, other] = [await addRun('Older'), await addRun('Newer')]
    expect((await say('runs', 'tag', id)).code).toBe(2)
    expect((await say('runs', 'tag', id, other.id, '--add', 'paper, best')).code).toBe(0)
    await say('runs', 'tag', other.id, '--remove', 'best')
    await say('runs', 'note', id, 'For the talk')
    expect(JSON.parse((await say('runs', 'pin', id, '--json')).stdout)).toEqual({
      runs: [{ id, name: 'Older', tags: ['paper', 'best'], note: 'For the talk', pinned: true }]
    })
    const { runs } = JSON.parse((await say('runs', 'list', '--tag', 'paper', '--json')).stdout)
    expect(runs.map((run: { id: string }) => run.id)).toEqual([id, other.id])
    expect((await say('runs', 'list')).stdout).toMatch(/Older.*★ {2}#paper {2}#best {2}For the talk/)
    expect((await say('runs', 'show', id)).stdout).toContain('For the talk')
    expect((await say('runs', 'list', '--tag', 'nothing')).stdout).toContain('No run is tagged')
    await say('runs', 'pin', id, '--off')
    expect(JSON.parse((await say('runs', 'show', id, '--json')).stdout).marks.pinned).toBe(false)
  })

  it('refuses to compare one run with itself', async () => {
    const { id } = await addRun('Alone')
    const { code, stderr } = await say('runs', 'compare', id, id)
    expect(code).toBe(2)
    expect(stderr).toContain('2 to 8 different runs')
  })
})

describe('JSON', () => {
  it.each([
    [['doctor'], { chosen: { kind: 'wasm' } }],
    [['methods'], { methods: [{ id: 'scratch' }, {}, {}] }],
    [['methods', 'tuned'], { id: 'tuned', parameters: { decay: { minimum: 0.1, label: 'Decay' } } }],
    [['models', 'list'], { architectures: [{ id: 'seed-cnn', title: 'Seed CNN' }], models: [], damaged: [] }],
    [['models', 'show', 'arch:seed-cnn'], { id: 'seed-cnn' }],
    [['datasets', 'list'], { datasets: [], damaged: [] }],
    [['runs', 'list'], { damaged: [] }]
  ])('of %j is one line that parses, texts in one language', async (argv, expected) => {
    const { code, stdout } = await say(...argv, '--json')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^[^\n]+\n$/)
    expect(JSON.parse(stdout)).toMatchObject(expected)
  })
})

describe('text', () => {
  it.each([['doctor'], ['methods'], ['methods tuned'], ['models list'], ['models show arch:seed-cnn'], ['datasets list'], ['runs list']])(
    'of %s is there in both languages', async (line) => {
      const [english, chinese] = [await say(...line.split(' ')), await say(...line.split(' '), '--lang', 'zh')]
      expect([english.code, chinese.code]).toEqual([0, 0])
      expect(english.stdout).not.toMatch(/[\u4e00-\u9fff]/)
      expect(chinese.stdout).toMatch(/[\u4e00-\u9fff]/)
    })
})

describe('a data folder that is not there', () => {
  it.each([
    ['runs', 'show', 'AAAA'], ['runs', 'remove', 'AAAA'], ['runs', 'compare', 'AAAA', 'BBBB'], ['runs', 'pin', 'AAAA'], ['resume', 'AAAA'], ['stop', 'AAAA']
  ])('is named by %s %s, and nothing is made in its place', async (...argv) => {
    const gone = join(dataDir, 'taken-out')
    const { code, stderr } = await speak(gone, argv)
    expect([code, stderr]).toEqual([1, expect.stringContaining(`The data folder ${gone} is not there`)])
    expect(existsSync(gone)).toBe(false)
  })
})

describe('a data folder that cannot be one', () => {
  it('ends with 1 and names it', async () => {
    const file = join(dataDir, 'a-file')
    writeFileSync(file, '')
    const { code, stderr } = await say(...training, '--data-dir', file)
    expect(code).toBe(1)
    expect(stderr).toContain(file)
  })
})
