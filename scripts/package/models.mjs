import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { SetupProblem } from '../setup/problem.mjs'
import { lastLine, runTool } from '../setup/run-tool.mjs'
import { copyFolder } from './files.mjs'
import { writeHalved } from './half.mjs'

/**
 * Lays out the pre-trained models, their kernels in half precision: half as large, and the same answers (test/parity holds them).
 * The engine that is packed reads set-up's file and writes it as safetensors, which it reads again at the first start.
 * @param {{ project: string, models: import('../setup/current.mjs').Current['models'], node: string, folder: string, remarks: string[] }} options
 *   `node`: a Node that runs here, for the packed engine
 * @returns {Promise<{ id: string, version: string }[]>} those in `folder`, each in a folder of its id
 */
export async function stageModels({ project, models = [], node, folder, remarks }) {
  if (models.length === 0) remarks.push('there is no pre-trained model here (npm run setup -- --only models), so this package has none')
  for (const { id, folder: from } of models) {
    const to = path.join(folder, id)
    const description = JSON.parse(await readFile(path.join(from, 'embedded.json'), 'utf8'))
    await copyFolder(from, to, (file) => ![description.file, 'manifest.json'].includes(file))
    const file = `${id}.safetensors`
    const temporary = await mkdtemp(path.join(os.tmpdir(), 'graft-stage-'))
    try {
      const { code, output } = await runTool(node, [
        path.join(project, 'out', 'engine', 'cli.js'), '--data-dir', path.join(temporary, 'data'), '--lang', 'en',
        'models', 'export', `model:${id}`, path.join(temporary, file), '--format', 'safetensors'
      ], { timeoutMs: 5 * 60_000 })
      if (code !== 0) throw new SetupProblem(`${id} could not be packed: ${lastLine(output)}`, 'npm run build, then npm run package')
      await writeHalved(path.join(temporary, file), path.join(to, file))
    } finally {
      await rm(temporary, { recursive: true, force: true })
    }
    await writeFile(path.join(to, 'embedded.json'), `${JSON.stringify({ ...description, file }, null, 2)}\n`)
  }
  return models.map(({ id, version }) => ({ id, version }))
}
