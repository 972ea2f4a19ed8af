import { GraftError } from '../contract/errors'
import type { Run } from '../contract/runs'

/** Why something cannot be removed: a run that waits or is under way reads it. */
export const inUse = (name: string, user: Pick<Run, 'id' | 'name'>): GraftError => new GraftError('in-use', {
  en: `“${name}” is in use: the run “${user.name}” (${user.id}) reads it.`, zh: `“${name}”正在使用中：运行“${user.name}”（${user.id}）正在读取它。`
}, { remedy: { en: 'Stop that run first, or wait until it ends.', zh: '请先停止该运行，或等待其结束。' } })
