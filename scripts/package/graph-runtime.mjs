import path from 'node:path'
import { SetupProblem } from '../setup/problem.mjs'
import { copyFolder } from './files.mjs'

const name = 'onnxruntime-node'

/**
 * ONNX Runtime's library and its binding for one system. The npm package carries those of all systems (290 MB), and the
 * engine asks the binding alone.
 * @param {{ project: string, target: string, to: string }} options `to`: the `node_modules` it goes into
 */
export async function stageGraphRuntime({ project, target, to }) {
  const own = path.join('bin', 'napi-v6', ...target.split('-')).split(path.sep).join('/')
  let found = false
  await copyFolder(path.join(project, 'node_modules', name), path.join(to, name), (file) => {
    const isOwn = own.startsWith(file) || file.startsWith(`${own}/`)
    found ||= file.startsWith(`${own}/`)
    return isOwn || file === 'package.json' || /^LICENSE/i.test(file)
  })
  if (!found) throw new SetupProblem(`${name} has no library for ${target}`, 'npm ci, then npm run package')
}
