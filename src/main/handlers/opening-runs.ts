import { basename } from 'node:path'
import { toErrorValue } from '../../contract/errors'
import type { Opening } from '../shell/opening'
import type { HandlerContext } from './context'

type Needed = Pick<HandlerContext, 'library' | 'lists' | 'jobs' | 'send'>

/** Starts to bring the runs of a file into the library, and shows them once they are there. */
export function openRunsFile({ library, lists, jobs, send }: Needed, path: string): { jobId: string } {
  const { status } = jobs.add({
    kind: 'open-runs', input: { path }, title: basename(path),
    onEnd: async (end) => {
      if (end.kind !== 'done') return
      lists.runs.forget()
      for (const { id, there } of end.result.runs) if (!there) send('runs', 'changed', { id, run: await library.runs.get(id) })
      // What they learned can be the source of a transfer.
      send('models', 'changed', {})
      send('app', 'shown', { runs: end.result.runs.map(({ id }) => id) })
    }
  })
  return { jobId: status.id }
}

/** Shows what the system asks for: by a double click on a file of runs, or an address that was followed. */
export async function showOpening(needed: Needed, opening: Opening): Promise<void> {
  if (opening.kind === 'file') {
    openRunsFile(needed, opening.path)
    return
  }
  try {
    const { id } = await needed.library.runs.get(opening.id)
    needed.send('app', 'shown', { runs: [id] })
  } catch (error) {
    const { message } = toErrorValue(error)
    needed.send('notices', 'raised', {
      level: 'warning', text: message,
      remedy: { en: 'Ask for the file of the run and open it here.', zh: '请索取该运行的文件并在此打开。' }
    })
  }
}
