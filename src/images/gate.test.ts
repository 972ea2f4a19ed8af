import { describe, expect, it } from 'vitest'
import { Gate } from './gate'

describe('a gate', () => {
  it('lets light work run side by side, heavy work alone, and each in its turn', async () => {
    const gate = new Gate(10)
    let used = 0
    let most = 0
    const order: number[] = []
    const weights = [4, 4, 4, 25, 1, 10, 2, 3]
    await Promise.all(weights.map((weight, index) => gate.run(weight, async () => {
      order.push(index)
      used += Math.min(weight, 10)
      most = Math.max(most, used)
      await new Promise((done) => setTimeout(done, 2))
      used -= Math.min(weight, 10)
    })))
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(most).toBe(10)
  })

  it('opens again after work that failed', async () => {
    const gate = new Gate(1)
    await expect(gate.run(1, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await gate.run(5, () => Promise.resolve('next'))).toBe('next')
  })
})
