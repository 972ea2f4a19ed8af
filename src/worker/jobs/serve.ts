import { createEngine } from '../../engine'
import { openLibrary } from '../../library'
import type { Work } from '../work'

export const serve: Work<'serve'> = async ({ model, language }, { dataDir, cacheDir, signal, onProgress }) => {
  const engine = createEngine({ library: openLibrary(dataDir), cacheDir })
  let address = ''
  const answered = await engine.serve({ ref: model, port: 0, language }, 'auto', {
    signal,
    onReady: (at) => {
      address = at
      onProgress({ done: 0, address })
    },
    onAnswered: (done) => onProgress({ done, address })
  })
  return { answered }
}
