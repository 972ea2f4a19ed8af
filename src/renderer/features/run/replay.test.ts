import { describe, expect, it } from 'vitest'
import { fakeReplay } from '../../testing/fake-replay'
import { epochsAt, figuresOf, picturesAt, placesOf, viewOf } from './replay'

describe('a training that is looked at again', () => {
  const replay = fakeReplay()

  it('reads where the points lie', () => {
    const [x, y] = placesOf(replay.frames[0]!)!
    expect(x).toBeCloseTo(-1, 3)
    expect(y).toBeCloseTo(0.5, 3)
  })

  it('says how far apart the middles are, and how many are right where labels were granted', () => {
    const start = figuresOf(replay.scene.cloud!, replay.frames[0]!)!
    const end = figuresOf(replay.scene.cloud!, replay.frames[2]!)!
    // The sources lie round (−1, 0), the targets round (1, 0), then round (−0.5, 0).
    expect(start.apart).toBeCloseTo(2, 2)
    expect(end.apart).toBeCloseTo(0.5, 2)
    expect(end.domains).toEqual([
      { name: 'Photos', points: 2, labelled: 2, right: 1 }, { name: 'Sketches', points: 2, labelled: 0, right: 0 }
    ])
  })

  it('follows each picture: what it is taken for, and what it was before', () => {
    expect(picturesAt(replay, 0)[0]).toMatchObject({ answer: 'dog', before: undefined, truth: 'cat', standing: 'wrong' })
    expect(picturesAt(replay, 1)[0]).toMatchObject({ answer: 'cat', before: 'dog', standing: 'right' })
    expect(picturesAt(replay, 1)[1]).toMatchObject({ truth: undefined, standing: 'unknown' })
  })

  it('puts the epochs of several stages one after another', () => {
    const at = (stage: number, epoch: number) => ({ stage, epoch, step: 0, answers: [] })
    expect(epochsAt([at(0, 0), at(0, 2), at(1, 1), at(1, 3)])).toEqual([0, 2, 3, 5])
  })

  it('has a square view of all moments', () => {
    const { left, top, size } = viewOf([Float64Array.from([0, 0, 2, 1]), Float64Array.from([4, 1])])
    expect([left, top, size].map((value) => Math.round(value * 100) / 100)).toEqual([-0.24, -1.74, 4.48])
  })
})
