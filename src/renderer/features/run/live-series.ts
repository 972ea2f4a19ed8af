import type { Metric } from '../../../contract/runs'
import { epochText, resumedText } from './log-texts'

export type LogLine = Extract<Metric, { kind: 'log' }>
/** A line as the charts take it: x in epochs of the whole run. */
interface Line { x: Float64Array, y: Float64Array }
interface NamedLine extends Line { name: string }

/** Places in a run as one rising number: the stage, then the step in it. */
const stageWeight = 2 ** 32
const placeOf = (stage: number, step: number): number => stage * stageWeight + step

/** Where the epochs of each stage lie on the common axis; `key` changes when what was drawn must be drawn anew. */
interface Axis { key: string, epochsAt(place: number): number }

/** A line that grows by the step: 100,000 points are neither copied nor placed again for each frame. */
class PlacedLine {
  private length = 0
  private drawnTo = 0
  private axisKey = ''
  private places = new Float64Array(64)
  private values = new Float64Array(64)
  private x = new Float64Array(64)

  /** Adds a point unless one at that place or past it is there: the whole series and the live lines overlap. */
  add(place: number, value: number): void {
    if (this.length > 0 && place <= (this.places[this.length - 1] ?? 0)) return
    if (this.length === this.places.length) this.grow()
    this.places[this.length] = place
    this.values[this.length] = value
    this.length += 1
  }

  private grow(): void {
    const larger = (before: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const after = new Float64Array(before.length * 2)
      after.set(before)
      return after
    }
    this.places = larger(this.places)
    this.values = larger(this.values)
    this.x = larger(this.x)
  }

  cutAfter(place: number): void {
    while (this.length > 0 && (this.places[this.length - 1] ?? 0) > place) this.length -= 1
    this.drawnTo = Math.min(this.drawnTo, this.length)
  }

  drawn(axis: Axis): Line {
    if (axis.key !== this.axisKey) {
      this.axisKey = axis.key
      this.drawnTo = 0
    }
    for (; this.drawnTo < this.length; this.drawnTo += 1) {
      this.x[this.drawnTo] = axis.epochsAt(this.places[this.drawnTo] ?? 0)
    }
    return { x: this.x.subarray(0, this.length), y: this.values.subarray(0, this.length) }
  }
}

class PlacedLines {
  readonly byName = new Map<string, PlacedLine>()

  add(name: string, place: number, value: number): void {
    let line = this.byName.get(name)
    if (!line) this.byName.set(name, line = new PlacedLine())
    line.add(place, value)
  }
}

/**
 * A run's series as it grows, from `runs.metrics` and then from `runs.progress`; a `resumed` line takes back what it
 * makes void. Steps and epochs share one x: epochs done, all stages one after another.
 */
export class LiveSeries {
  private readonly losses = new PlacedLines()
  private readonly scores = new PlacedLines()
  private readonly validationLoss = new PlacedLine()
  private readonly trainAccuracy = new PlacedLine()
  private readonly validationAccuracy = new PlacedLine()
  private readonly epochsOfStage: number[] = []
  private readonly stepsPerEpoch: number[] = []
  private readonly stepsSeen: number[] = []
  private latestStage = 0
  private log: LogLine[] = []

  /** Says how many steps an epoch of a stage has, before its first epoch tells. */
  expect(stage: number, stepsPerEpoch: number): void {
    if (stepsPerEpoch >= 1) this.stepsPerEpoch[stage] = stepsPerEpoch
  }

  add(metrics: readonly Metric[]): void {
    for (const metric of metrics) this.addOne(metric)
  }

  private addOne(metric: Metric): void {
    switch (metric.kind) {
      case 'step': {
        const place = placeOf(metric.stage, metric.step)
        this.latestStage = Math.max(this.latestStage, metric.stage)
        this.stepsSeen[metric.stage] = Math.max(this.stepsSeen[metric.stage] ?? 0, metric.step)
        for (const [name, value] of Object.entries(metric.losses)) this.losses.add(name, place, value)
        break
      }
      case 'epoch': {
        const place = placeOf(metric.stage, metric.step)
        this.latestStage = Math.max(this.latestStage, metric.stage)
        if (metric.validation) {
          this.validationLoss.add(place, metric.validation.loss)
          this.validationAccuracy.add(place, metric.validation.accuracy)
        }
        if (metric.train.accuracy !== undefined) this.trainAccuracy.add(place, metric.train.accuracy)
        for (const [name, value] of Object.entries(metric.scores ?? {})) this.scores.add(name, place, value)
        this.epochsOfStage[metric.stage] = metric.epoch
        if (metric.step > 0) this.expect(metric.stage, metric.step / metric.epoch)
        this.addLine({ kind: 'log', seconds: metric.seconds, level: 'info', text: epochText(metric) })
        break
      }
      case 'start':
        if (metric.validation) this.validationAccuracy.add(placeOf(metric.stage, 0), metric.validation.accuracy)
        for (const [name, value] of Object.entries(metric.scores ?? {})) this.scores.add(name, placeOf(metric.stage, 0), value)
        break
      case 'resumed':
        this.cutAfter(placeOf(metric.stage, metric.step))
        this.log = this.log.filter((line) => line.seconds <= metric.seconds)
        this.addLine({ kind: 'log', seconds: metric.seconds, level: 'info', text: resumedText(metric) })
        break
      case 'log': this.addLine(metric)
    }
  }

  /** The clock of the work never runs back: what is older than the last line is known. */
  private addLine(line: LogLine): void {
    const sameSecond = this.log.slice(-20).some((other) => other.seconds === line.seconds && other.text.en === line.text.en)
    const before = line.seconds < (this.log[this.log.length - 1]?.seconds ?? 0)
    if (!sameSecond && !before) this.log = [...this.log, line]
  }

  private cutAfter(place: number): void {
    const lines = [
      ...this.losses.byName.values(), ...this.scores.byName.values(), this.validationLoss, this.trainAccuracy, this.validationAccuracy
    ]
    for (const line of lines) line.cutAfter(place)
  }

  private axis(): Axis {
    const before = [0]
    for (let stage = 0; stage < this.latestStage; stage += 1) before.push((before[stage] ?? 0) + (this.epochsOfStage[stage] ?? 0))
    // A stage that stopped within its first epoch tells no more than that: its steps lie within that one.
    const lengths = Array.from({ length: this.latestStage + 1 }, (_, stage) => this.stepsPerEpoch[stage] ?? this.stepsSeen[stage] ?? 1)
    const epochsAt = (place: number): number => {
      const stage = Math.floor(place / stageWeight)
      return (before[stage] ?? 0) + (place % stageWeight) / (lengths[stage] ?? 1)
    }
    return { key: `${before.join()} ${lengths.join()}`, epochsAt }
  }

  /** The lines as they stand, in new views: a chart sees that they changed. */
  snapshot(): SeriesSnapshot {
    const axis = this.axis()
    const named = (lines: PlacedLines): NamedLine[] =>
      [...lines.byName].map(([name, line]) => ({ name, ...line.drawn(axis) }))
    return {
      losses: named(this.losses), scores: named(this.scores), validationLoss: this.validationLoss.drawn(axis),
      trainAccuracy: this.trainAccuracy.drawn(axis), validationAccuracy: this.validationAccuracy.drawn(axis), log: this.log,
      epochsBefore: axis.epochsAt(placeOf(this.latestStage, 0))
    }
  }
}

export interface SeriesSnapshot {
  /** Named losses, one value per step. */
  losses: NamedLine[]
  /** Label-free scores and whatever else a method reports at an epoch's end. */
  scores: NamedLine[]
  validationLoss: Line
  trainAccuracy: Line
  validationAccuracy: Line
  log: LogLine[]
  /** Epochs of the stages before the latest. */
  epochsBefore: number
}
