import { labelNotGranted, outermost, type Frame, type Replay, type Scene } from '../../../contract/replay'

export type Cloud = NonNullable<Scene['cloud']>

/** Places of a frame's points in spreads of the start: x and y of each in turn; null where it has none. */
export function placesOf({ cloud }: Frame): Float64Array | null {
  if (!cloud) return null
  const bytes = Uint8Array.from(atob(cloud.points), (character) => character.charCodeAt(0))
  const values = new DataView(bytes.buffer)
  return Float64Array.from({ length: bytes.length >> 1 }, (_, index) => values.getInt16(index * 2, true) / outermost * cloud.reach)
}

/** A square part of the plane. */
interface View { left: number, top: number, size: number }

/** The square that holds all but the outermost hundredth of the points on each side, with a margin. */
export function viewOf(frames: readonly Float64Array[]): View {
  const ends = [0, 1].map((side) => {
    const values = frames.flatMap((places) => Array.from(places).filter((_, index) => index % 2 === side)).sort((a, b) => a - b)
    const at = (share: number): number => values[Math.round(share * (values.length - 1))] ?? 0
    return [at(0.01), at(0.99)] as const
  })
  const size = Math.max(...ends.map(([low, high]) => high - low), 1e-6) * 1.12
  const [left = 0, top = 0] = ends.map(([low, high]) => (low + high - size) / 2)
  return { left, top, size }
}

/** How a point's answer stands to its label. */
type Standing = 'right' | 'wrong' | 'unknown'
export const standingOf = (label: number, predicted: number): Standing =>
  label === labelNotGranted ? 'unknown' : label === predicted ? 'right' : 'wrong'

/** What a frame says in figures: for the eye beside the picture, and for who cannot see it. */
interface FrameFigures {
  /** Between the middles of the source's and the target's points, in spreads of the start. */
  apart: number
  /** Of each domain, its points, those with a label, and those of them that are answered right. */
  domains: { name: string, points: number, labelled: number, right: number }[]
  aDistance: number | undefined
  mmd: number | undefined
}

export function figuresOf(cloud: Cloud, frame: Frame): FrameFigures | null {
  const places = placesOf(frame)
  if (!places || !frame.cloud) return null
  const { predicted, aDistance, mmd } = frame.cloud
  const middle = (isTarget: boolean): [number, number] => {
    const chosen = cloud.domain.flatMap((domain, point) => (domain === cloud.target) === isTarget ? [point] : [])
    const mean = (side: number): number => chosen.reduce((sum, point) => sum + (places[point * 2 + side] ?? 0), 0) / Math.max(1, chosen.length)
    return [mean(0), mean(1)]
  }
  const [source, target] = [middle(false), middle(true)]
  return {
    apart: Math.hypot(source[0] - target[0], source[1] - target[1]), aDistance, mmd,
    domains: cloud.domains.map((name, index) => {
      const points = cloud.domain.flatMap((domain, point) => domain === index ? [point] : [])
      const standings = points.map((point) => standingOf(cloud.labels[point] ?? labelNotGranted, predicted[point] ?? 0))
      return {
        name, points: points.length, labelled: standings.filter((each) => each !== 'unknown').length,
        right: standings.filter((each) => each === 'right').length
      }
    })
  }
}

/** What became of one picture up to a frame. */
export interface FollowedPicture {
  position: number
  /** Its class by the label that was granted; undefined where none was. */
  truth: string | undefined
  answer: string
  sure: number
  /** What it was taken for in the frame before, where that was another class. */
  before: string | undefined
  standing: Standing
}

export function picturesAt({ scene, frames }: Replay, at: number): FollowedPicture[] {
  const [now, earlier] = [frames[at], frames[at - 1]]
  const name = (index: number | undefined): string => index === undefined ? '' : scene.classes[index] ?? String(index)
  return scene.pictures.positions.flatMap((position, picture) => {
    const answer = now?.answers[picture]
    if (!answer) return []
    const [predicted, sure] = answer
    const label = scene.pictures.labels[picture] ?? labelNotGranted
    const last = earlier?.answers[picture]?.[0]
    return [{
      position, truth: label === labelNotGranted ? undefined : name(label), answer: name(predicted), sure,
      before: last === undefined || last === predicted ? undefined : name(last), standing: standingOf(label, predicted)
    }]
  })
}

/** Where frames lie on the charts' axis: epochs done, all stages one after another. */
export function epochsAt(frames: readonly Frame[]): number[] {
  const longest: number[] = []
  for (const { stage, epoch } of frames) longest[stage] = Math.max(longest[stage] ?? 0, epoch)
  return frames.map(({ stage, epoch }) => longest.slice(0, stage).reduce((sum, epochs) => sum + (epochs ?? 0), 0) + epoch)
}
