import { describe, expect, it } from 'vitest'
import { catalogue } from '../src/engine/catalogue'

/** What the window's tests know of the catalogue: a few methods and architectures, and one that the sample cannot support. */
const methods = ['scratch', 'fine-tuning', 'linear-probe', 'dann']
const architectures = ['seed-cnn', 'resnet-20']

describe('the catalogue that the window is tested with', () => {
  it('is the engine\'s own (npx vitest run test/window-catalogue.test.ts -u writes it anew)', async () => {
    const real = catalogue()
    const kept = {
      methods: methods.map((id) => real.methods.find((method) => method.id === id)),
      architectures: architectures.map((id) => real.architectures.find((architecture) => architecture.id === id))
    }
    await expect(`${JSON.stringify(kept, null, 2)}\n`).toMatchFileSnapshot('../src/renderer/testing/catalogue.json')
  })
})
