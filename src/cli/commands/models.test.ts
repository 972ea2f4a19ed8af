import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { useWorkplace } from '../../library/testing'
import { speak } from '../testing/fake'
import { lenetFile } from '../testing/lenet-file'

const place = useWorkplace()
const ask = (...argv: string[]) => speak(place.library.dataDir, argv)

describe('graft models import', () => {
  it('says what was recognised, what found no place and what was taken for granted, and keeps the model', async () => {
    const { code, stdout, stderr } = await ask('models', 'import', await lenetFile(place.folder), '--id', 'mine', '--name', 'Mine')
    expect(code).toBe(0)
    expect(stdout).toContain('Imported Mine as model:mine.')
    expect(stdout).toMatch(/architecture +lenet/)
    expect(stdout).toContain('extra.weight [3]')
    expect(stderr).toContain('does not say how images were normalised: taken as half')
    expect(stderr).toContain('does not name its 2 classes')
    expect((await ask('models', 'show', 'model:mine')).stdout).toMatch(/not matched +extra\.weight/)
  })

  it('takes normalisation and classes from flags, a file or a data set, and says them in its document', async () => {
    const path = await lenetFile(place.folder)
    await fs.writeFile(join(place.folder, 'classes.txt'), 'cat\r\ndog\n\n')
    const { stdout, stderr } = await ask('models', 'import', path, '--normalisation', 'mnist', '--classes', join(place.folder, 'classes.txt'), '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      ref: 'model:net', classes: ['cat', 'dog'], normalisation: { mean: [0.1307], standardDeviation: [0.3081] },
      inspection: { normalisationFrom: 'given', classesFrom: 'given', unmatched: [{ name: 'extra.weight', shape: [3] }] }
    })
    expect(stderr).not.toContain('does not')
    const own = JSON.parse((await ask('models', 'import', path, '--id', 'other', '--normalisation', '0.2/0.3', '--classes', 'x,y', '--json')).stdout) as unknown
    expect(own).toMatchObject({ classes: ['x', 'y'], normalisation: { mean: [0.2], standardDeviation: [0.3] } })
  })

  it('only looks when asked to', async () => {
    const { stdout } = await ask('models', 'import', await lenetFile(place.folder), '--dry-run', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ architecture: 'lenet', input: [28, 28, 1] })
    expect((await place.library.models.list()).models).toEqual([])
  })

  it.each([
    [['--normalisation', 'imagnet'], '--normalisation takes one of imagenet'],
    [['--normalisation', '0.5/0'], '--normalisation takes'],
    [['--classes', 'only-one-name'], '--classes takes names'],
    [['--classes', 'a,b,c'], 'tells 2 classes apart, but 3 names'],
    [['--classes', 'a,a'], 'some of them twice'],
    [['--architecture', 'resnet-9'], 'There is no architecture resnet-9'],
    [['--format', 'caffe'], 'There is no model format "caffe"'],
    [['--size', '28'], '--size takes HEIGHTxWIDTH']
  ])('refuses %s as wrong usage', async (flags, sentence) => {
    const { code, stderr } = await ask('models', 'import', await lenetFile(place.folder), ...flags)
    expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)])
    expect((await place.library.models.list()).models).toEqual([])
  })

  it('names what is there already, what is missing and what is no model', async () => {
    const path = await lenetFile(place.folder)
    await ask('models', 'import', path)
    expect((await ask('models', 'import', path)).stderr).toContain('There is a model "net" already')
    expect((await ask('models', 'import', join(place.folder, 'gone.pt'))).stderr).toContain('gone.pt does not exist')
    await fs.writeFile(join(place.folder, 'notes.txt'), 'hello')
    expect(await ask('models', 'import', join(place.folder, 'notes.txt'))).toMatchObject({ code: 1, stderr: expect.stringContaining('in no model format') })
  })
})

describe('graft models remove', () => {
  it('takes a model away, and brings it back', async () => {
    await ask('models', 'import', await lenetFile(place.folder))
    const { stdout } = await ask('models', 'remove', 'model:net')
    expect((await place.library.models.list()).models).toEqual([])
    // The token may be lost with its terminal.
    const token = /restore (\S+)/.exec(stdout)![1]!
    expect(await ask('models', 'restore')).toMatchObject({ code: 2, stderr: expect.stringContaining(`graft models restore ${token} (net)`) })
    expect((await ask('datasets', 'restore')).stderr).toContain('The trash is empty')
    expect((await ask('models', 'restore', token)).code).toBe(0)
    expect((await place.library.models.list()).models).toHaveLength(1)
    expect((await ask('models', 'remove', 'run:01A')).stderr).toContain('not an imported model')
    expect((await ask('models', 'remove', 'none')).stderr).toContain('model:none')
  })
})

describe('graft models rename', () => {
  it('changes the name on screen of an imported model, and of no other', async () => {
    await ask('models', 'import', await lenetFile(place.folder))
    expect((await ask('models', 'rename', 'model:net', 'Digits')).stdout).toContain('model:net is called Digits now.')
    expect((await place.library.models.get('model:net')).name).toBe('Digits')
    expect((await ask('models', 'rename', 'run:01A', 'x')).stderr).toContain('not an imported model')
    expect((await ask('models', 'rename', 'none', 'x')).stderr).toContain('model:none')
  })
})
