import { expect, it } from 'vitest'
import type { JobStatus } from '../../contract/jobs/status'
import { Taskbar } from './taskbar'

const job = (state: JobStatus['state'], done: number, total?: number): JobStatus =>
  ({ id: 'a', kind: 'train', title: 'A', state, progress: { done, ...(total !== undefined && { total }) } }) as JobStatus

it('shows at the window\'s icon how far the working job is, and nothing once none works', () => {
  const shown: number[] = []
  const taskbar = new Taskbar({ setProgressBar: (share) => { shown.push(share) }, isDestroyed: () => false })
  taskbar.update([])
  taskbar.update([job('queued', 0, 100)])
  taskbar.update([job('running', 0)])
  taskbar.update([job('running', 25, 100), job('queued', 0, 100)])
  // Less than a hundredth further: the icon is left alone.
  taskbar.update([job('running', 2501, 10_000)])
  taskbar.update([job('running', 50, 100)])
  taskbar.update([job('done', 100, 100)])
  expect(shown).toEqual([2, 0.25, 0.5, -1])
})
