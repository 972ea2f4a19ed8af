import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Whether NVIDIA's driver is on this machine, found without loading anything. */
export function hasNvidiaDriver(): boolean {
  if (process.platform === 'win32') return existsSync(join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'nvcuda.dll'))
  return existsSync('/proc/driver/nvidia/version') || existsSync('/dev/nvidiactl') || existsSync('/dev/dxg')
}

/** Name of the first graphics card, as the driver tells it; `GPU` where it does not. */
export function graphicsCardName(): string {
  const folder = '/proc/driver/nvidia/gpus'
  try {
    for (const card of readdirSync(folder).sort()) {
      const model = /^Model:\s*(.+)$/m.exec(readFileSync(join(folder, card, 'information'), 'utf8'))
      if (model) return model[1]!.trim()
    }
  } catch {
    // Windows and WSL tell it nowhere in the file system.
  }
  return 'GPU'
}
