import { outermost, type Frame, type Replay } from '../../contract/replay'

/** Places as a frame keeps them. */
function packed(places: readonly number[], reach = 2): { points: string, reach: number } {
  const bytes = new Uint8Array(new Int16Array(places.map((value) => Math.round(value / reach * outermost))).buffer)
  return { points: btoa(String.fromCharCode(...bytes)), reach }
}

/** Two points of each domain, the target's moving to the source's in three moments; a picture with its label and one without. */
export function fakeReplay(dataset = 'digits'): Replay {
  const frame = (epoch: number, target: number, answers: Frame['answers'], aDistance: number): Frame => ({
    stage: 0, epoch, step: epoch * 10, answers,
    cloud: { ...packed([-1, 0.5, -1, -0.5, target, 0.5, target, -0.5]), predicted: [0, 0, 1, 1], aDistance, mmd: aDistance / 4 }
  })
  return {
    scene: {
      schemaVersion: 1, classes: ['cat', 'dog'],
      pictures: { dataset, split: 'validation', positions: [3, 8], labels: [0, -1], trainedOn: false },
      cloud: {
        domains: ['Photos', 'Sketches'], target: 1, domain: [0, 0, 1, 1], labels: [0, 1, -1, -1], projection: '', explained: [0.6, 0.2], spread: 1
      }
    },
    frames: [frame(0, 1, [[1, 0.6], [0, 0.5]], 1.9), frame(1, 0, [[0, 0.7], [0, 0.6]], 1.2), frame(2, -0.5, [[0, 0.9], [1, 0.8]], 0.4)]
  }
}
