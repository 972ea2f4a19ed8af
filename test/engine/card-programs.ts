import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { basename, dirname } from 'node:path'

/**
 * A Python in which the programs of the cards run, where a person has made one:
 *     python -m venv /tmp/exported && /tmp/exported/bin/pip install numpy safetensors onnxruntime==1.27.0 openvino==2026.3.0 ai-edge-litert==2.3.0 keras==3.15.1 tensorflow-cpu==2.16.1
 *     GRAFT_EXPORT_PYTHON=/tmp/exported/bin/python npx vitest run --project native test/engine/exported-code.test.ts test/engine/exported-classifiers.test.ts
 */
export const python = process.env['GRAFT_EXPORT_PYTHON']

export interface Program { from: string, language: string, code: string }

/** The programs of a model card, as they stand there. */
export async function programsOf(card: string): Promise<Program[]> {
  const text = await fs.readFile(card, 'utf8')
  return [...text.matchAll(/^([^\n]+):\n\n```(\w+)\n([\s\S]*?)\n```/gm)].map(([, from, language, code]) => ({ from: from!, language: language!, code: code! }))
}

/** What a program of onnxruntime-node says of a file of pixels. @throws Error with what Node wrote */
export function inNode(code: string, model: string, pixels: string): number[] {
  const lines = code.replace(`'${basename(model)}'`, JSON.stringify(model))
  const whole = `import { readFileSync } from 'node:fs'\nconst images = readFileSync(${JSON.stringify(pixels)})\n${lines}\nconsole.log(JSON.stringify([...logits]))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', whole], { encoding: 'utf8' })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as number[]
}

/** What a Python program says of one picture's pixels. @throws Error with what Python wrote */
export function inPython(code: string, model: string, pixels: string, shape: readonly number[]): number[] {
  const whole = `import json, numpy\nimages = numpy.fromfile('${pixels}', numpy.uint8).reshape(1, ${shape.join(', ')})\n${code}\nprint('\\n' + json.dumps(numpy.asarray(logits).flatten().tolist()))`
  const { stdout, stderr } = spawnSync(python!, ['-c', whole], { encoding: 'utf8', cwd: dirname(model), env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' } })
  const answer = stdout.trim().split('\n').at(-1) ?? ''
  if (!answer.startsWith('[')) throw new Error(stderr)
  return JSON.parse(answer) as number[]
}
