/** The speed of a training and the time it has left, from how long its steps took. */
export class Pace {
  private readonly steps: { at: number, images: number }[] = []
  private overhead = 0
  private overheadCount = 0

  constructor(private readonly now: () => number = () => performance.now() / 1000) {}

  /** Call this after each step, with the number of its images. */
  step(images: number): void {
    this.steps.push({ at: this.now(), images })
    if (this.steps.length > 50) this.steps.shift()
  }

  /** Time between steps that went to something else (validation, a checkpoint). It must not look like slow steps. */
  pause(seconds: number): void {
    for (const step of this.steps) step.at += seconds
    this.overhead += seconds
    this.overheadCount++
  }

  /** Images per second over the last fifty steps. */
  get imagesPerSecond(): number | undefined {
    if (this.steps.length < 2) return undefined
    const seconds = this.steps[this.steps.length - 1]!.at - this.steps[0]!.at
    const images = this.steps.slice(1).reduce((sum, step) => sum + step.images, 0)
    return seconds > 0 ? images / seconds : undefined
  }

  /** Seconds that `stepsLeft` more steps and the work at the end of `epochsLeft` more epochs will take. */
  secondsLeft(stepsLeft: number, epochsLeft: number): number | undefined {
    if (this.steps.length < 2) return undefined
    const perStep = (this.steps[this.steps.length - 1]!.at - this.steps[0]!.at) / (this.steps.length - 1)
    const perEpoch = this.overheadCount === 0 ? 0 : this.overhead / this.overheadCount
    return stepsLeft * perStep + epochsLeft * perEpoch
  }
}
