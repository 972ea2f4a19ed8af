import { readFile } from 'node:fs/promises'
import type { Support } from '../../contract/doctor'
import { bfloat16Of } from '../../rules/settings/bfloat16'

/** Whether this machine's processor multiplies bfloat16 numbers. */
export async function bfloat16Here(): Promise<Support> {
  const cpuinfo = process.platform === 'linux' ? await readFile('/proc/cpuinfo', 'utf8').catch(() => '') : ''
  return bfloat16Of(process.platform, process.arch, cpuinfo)
}
