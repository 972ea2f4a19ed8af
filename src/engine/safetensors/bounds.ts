import { GraftError } from '../../contract/errors'
import { throwIfCancelled } from '../../library'
import type { ReadLimits } from './limits'

/** Counts what a file's tensors take in memory, before it is taken. */
export class Bounds {
  private tensors = 0
  private bytes = 0

  constructor(private readonly path: string, private readonly limits: ReadLimits) {}

  /**
   * Before a tensor of so many numbers is read; also where a cancel is heard.
   * @throws GraftError `model-too-large`, `cancelled`
   */
  take(numbers: number): void {
    throwIfCancelled(this.limits.signal)
    this.tensors++
    this.bytes += 4 * numbers
    const { bytes, tensors } = this.limits
    if (this.tensors > tensors || !(this.bytes <= bytes)) {
      throw new GraftError('model-too-large', {
        en: `${this.path} holds more than ${this.tensors > tensors ? `${tensors} tensors` : `${Math.round(bytes / 1e6)} MB of weights`}.`,
        zh: `${this.path} 含有超过 ${this.tensors > tensors ? `${tensors} 个张量` : `${Math.round(bytes / 1e6)} MB 的权重`}。`
      }, { remedy: { en: 'Choose a model of an architecture that Graft knows: see graft models list.', zh: '请选择 Graft 支持的结构的模型：见 graft models list。' } })
    }
  }
}
