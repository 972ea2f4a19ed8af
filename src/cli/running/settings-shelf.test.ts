import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PaceWanted } from '../../contract/advice'
import { GraftError, toErrorValue } from '../../contract/errors'
import { spec } from '../../rules/specs/testing'
import type { SettingsShelf } from '../../rules/specs/complete'
import { fakeContext } from '../testing/fake'
import { both } from '../testing/fake-catalogue'
import { chosenHere } from './settings-shelf'

let dataDir = ''
beforeEach(() => { dataDir = mkdtempSync(join(tmpdir(), 'graft-shelf-')) })
afterEach(() => rmSync(dataDir, { recursive: true }))

const wanted: PaceWanted = { source: 'arch:seed-cnn', target: 'digits', device: 'auto' }
/** A choice that depends on the pace: ten epochs where it is known, one where nobody knows. */
const choose = (shelf: SettingsShelf) => {
  const known = (shelf.paces ?? []).length > 0
  if (!known) shelf.onUnmeasured?.(wanted)
  return [spec({ training: { ...spec().training, epochs: known ? 10 : 1 } })]
}
function listening(more: Parameters<typeof fakeContext>[1] = {}) {
  const context = fakeContext(dataDir, more)
  const said: string[] = []
  context.notice = ({ en }) => { said.push(en) }
  return { context, said }
}

describe('what is chosen by how fast this machine is', () => {
  it('is chosen anew once a few steps were tried, and that is told with the figure', async () => {
    const { context, said } = listening()
    expect((await chosenHere(context, choose)).specs[0]!.training.epochs).toBe(10)
    expect(said.join('\n')).toContain('This machine trains it on 20 images per second (7 steps tried).')
  })

  it('tries nothing for a training that is refused, or that another machine computes', async () => {
    const { context, said } = listening({ problems: [toErrorValue(new GraftError('no', both('No.')))] })
    expect((await chosenHere(context, choose)).specs[0]!.training.epochs).toBe(1)
    expect((await chosenHere(listening().context, choose, false)).specs[0]!.training.epochs).toBe(1)
    expect(said).toEqual([])
  })

  it('goes by what computes here, and tries nothing where that cannot be found', async () => {
    const { shelf } = await chosenHere(listening().context, choose)
    expect(shelf.machine).toMatchObject({ chosen: { kind: 'wasm' }, functions: { available: false } })
    expect((await chosenHere(listening().context, choose, false)).shelf).not.toHaveProperty('machine')
    const { context, said } = listening({ diagnose: () => Promise.reject(new Error('no processes left')) })
    expect((await chosenHere(context, choose)).specs[0]!.training.epochs).toBe(1)
    expect(said).toEqual([])
  })

  it('stays as processors usually go where the try fails, and says so', async () => {
    const { context, said } = listening()
    const engine = await context.engine()
    engine.measurePace = () => Promise.reject(new GraftError('gone', both('The disk is gone.')))
    context.engine = () => Promise.resolve(engine)
    expect((await chosenHere(context, choose)).specs[0]!.training.epochs).toBe(1)
    expect(said.join('\n')).toContain('could not be tried: The disk is gone.')
  })
})
