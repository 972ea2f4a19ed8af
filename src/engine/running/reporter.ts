import type { BackendSummary, Run, RunPhase, RunProgress } from '../../contract/runs'
import type { Position, Stage } from '../training/stage'

/** What is told of a stage beside where it stands. */
interface StageProgress {
  stage?: Stage
  epochs?: number
  imagesPerSecond?: number | undefined
  secondsLeft?: number | undefined
  learningRate?: number | undefined
  keptEpoch?: number | undefined
}

/** The memory is asked for at most so often: it is a call into the system. */
const memoryMilliseconds = 1_000

/** Tells whoever listens where a run stands, and counts the seconds of work, those of earlier sessions included. */
export class RunReporter {
  /** Seconds of work before this session. */
  private secondsBefore: number | undefined
  backend: BackendSummary | undefined
  private last: RunProgress | undefined
  /** Steps may still be taken while what was measured waits to be written. */
  private state: 'paused' | 'running' = 'running'
  private readonly began = performance.now()
  private memory = { at: -Infinity, bytes: 0, most: 0 }

  constructor(private readonly run: Pick<Run, 'id' | 'spec'>, private readonly tell: (progress: RunProgress) => void = () => undefined) {}

  /** The first checkpoint that a session reads says how long earlier ones worked; later ones are its own. */
  countFrom(seconds: number): void {
    this.secondsBefore ??= seconds
  }

  seconds(): number {
    return (this.secondsBefore ?? 0) + (performance.now() - this.began) / 1000
  }

  report(
    phase: RunPhase, position: Pick<Position, 'stage' | 'epoch' | 'stepInEpoch' | 'step'> & Partial<Position>, stages: number,
    { stage, epochs = this.run.spec.training.epochs, imagesPerSecond, secondsLeft, learningRate, keptEpoch }: StageProgress = {}
  ): void {
    this.last = {
      runId: this.run.id, state: this.state, phase, stage: position.stage, stages,
      ...(stage && { stageName: stage.name }),
      epoch: position.epoch, epochs, step: position.step, steps: position.steps ?? 0,
      stepInEpoch: position.stepInEpoch, stepsPerEpoch: position.stepsPerEpoch ?? 0,
      seconds: this.seconds(),
      ...(imagesPerSecond !== undefined && { imagesPerSecond }),
      ...(secondsLeft !== undefined && { secondsLeft }),
      ...(learningRate !== undefined && { learningRate }), ...(keptEpoch !== undefined && { keptEpoch }),
      memoryBytes: this.memoryBytes(),
      ...(this.backend && { backend: this.backend })
    }
    this.tell(this.last)
  }

  private memoryBytes(): number {
    const now = performance.now()
    if (now - this.memory.at >= memoryMilliseconds) {
      const bytes = process.memoryUsage.rss()
      this.memory = { at: now, bytes, most: Math.max(bytes, this.memory.most) }
    }
    return this.memory.bytes
  }

  /** The last report again, in another phase. */
  again(phase: RunPhase): void {
    if (!this.last) return
    const { secondsLeft: _, ...rest } = this.last
    this.last = { ...rest, state: this.state, phase, seconds: this.seconds() }
    this.tell(this.last)
  }

  /** The last report again, as that of a run that stands still, or goes on. */
  standing(state: 'paused' | 'running'): void {
    this.state = state
    if (this.last) this.tell({ ...this.last, state })
  }

  /** What the record keeps of it at the end. @param before the record so far */
  ended({ epochs, memoryBytes = 0 }: Pick<Run, 'epochs' | 'memoryBytes'>): Pick<Run, 'epochs' | 'seconds' | 'imagesPerSecond' | 'memoryBytes'> {
    const { epoch = 0, imagesPerSecond } = this.last ?? {}
    const most = Math.max(memoryBytes, this.memory.most)
    return {
      epochs: Math.max(epochs, epoch), seconds: this.seconds(), ...(most > 0 && { memoryBytes: most }),
      ...(imagesPerSecond !== undefined && { imagesPerSecond })
    }
  }
}
